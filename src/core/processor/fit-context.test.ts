import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ChatMessage } from "../../protocols/model.ts";
import { fitContext } from "./fit-context.ts";

const user = (content: string): ChatMessage => ({ role: "user", content });
const assistant = (content: string): ChatMessage => ({ role: "assistant", content });
const long = "x".repeat(3000); // about 1,000 tokens

test("what fits is left as it is", () => {
  const messages = [user("a"), assistant("b"), user("c")];
  const fitted = fitContext(messages, "be brief", { contextWindow: 4096, reserved: 1024 });
  assert.equal(fitted.messages, messages);
  assert.equal(fitted.leftOut, 0);
  const begun = [assistant("So far."), user("Go on")];
  assert.equal(fitContext(begun, "", { contextWindow: 4096, reserved: 1024 }).messages, begun);
});

test("the oldest messages are left out, and what remains begins with a user's message", () => {
  const messages = [user(long), assistant(long), user("b"), assistant(long), user("c")];
  const fitted = fitContext(messages, "", { contextWindow: 2048, reserved: 512 });
  assert.deepEqual(fitted, { messages: messages.slice(2), leftOut: 2 });
});

test("the system prompt takes its share", () => {
  const messages = [user(long), assistant("a"), user("b")];
  const budget = { contextWindow: 2048, reserved: 512 };
  assert.equal(fitContext(messages, "", budget).leftOut, 0);
  assert.equal(fitContext(messages, long, budget).leftOut, 2);
});

test("the newest message always stays, and what is kept is an unbroken end of what there was", () => {
  const message = fc.oneof(
    fc.string({ maxLength: 4000 }).map(user),
    fc.string({ maxLength: 4000 }).map(assistant),
  );
  fc.assert(
    fc.property(
      fc.array(message, { minLength: 1 }),
      fc.integer({ min: 0, max: 8000 }),
      (messages, contextWindow) => {
        const { messages: kept, leftOut } = fitContext(messages, "", { contextWindow, reserved: 100 });
        assert.ok(kept.length >= 1);
        assert.deepEqual(kept, messages.slice(leftOut));
      },
    ),
  );
});
