import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ChatMessage } from "../../../../protocols/model.ts";
import { fitHistory } from "./fit-history.ts";

/** A letter is a token, and each message has two more. */
const count = (messages: readonly ChatMessage[]) =>
  messages.reduce((sum, { content }) => sum + content.length + 2, 0);

test("whatever the history, prompt and room stay within the context less its margin, and the newest turn is kept", () => {
  const turn = fc.tuple(fc.nat(80), fc.nat(80));
  fc.assert(
    fc.property(
      fc.array(turn, { minLength: 1, maxLength: 30 }),
      fc.nat(100),
      fc.nat(60),
      (turns, margin, wanted) => {
        const system: ChatMessage = { role: "system", content: "s".repeat(20) };
        const said = turns.flatMap(([question, answer]): ChatMessage[] => [
          { role: "user", content: "q".repeat(question) },
          { role: "assistant", content: "a".repeat(answer) },
        ]);
        const messages = [system, ...said.slice(0, -1)];
        const fitted = fitHistory(messages, count, { size: 400, margin, wanted: wanted + 1 });
        assert.equal(fitted.prompt + fitted.room, 400 - margin);
        assert.equal(fitted.room >= Math.min(wanted + 1, 100), true);
        assert.equal(fitted.messages[0], system);
        assert.equal(fitted.messages[1]?.role, "user");
        assert.equal(fitted.messages.at(-1), messages.at(-1));
        // no more is left out than must be
        const more = [system, ...messages.slice(1).slice(Math.max(0, fitted.leftOut - 2))];
        if (fitted.leftOut > 0) assert.equal(count(more) > 400 - margin - Math.min(wanted + 1, 100), true);
      },
    ),
  );
});

test("calls and results of the newest turn stay with its question", () => {
  const messages: ChatMessage[] = [
    { role: "user", content: "x".repeat(300) },
    { role: "assistant", content: "y" },
    { role: "user", content: "What time is it?" },
    { role: "assistant", content: "", tool_calls: [{ id: "1", name: "clock", arguments: "{}" }] },
    { role: "tool", tool_call_id: "1", content: "noon" },
  ];
  const { messages: kept, leftOut } = fitHistory(messages, count, { size: 200, margin: 0 });
  assert.deepEqual([kept, leftOut], [messages.slice(2), 2]);
});
