import assert from "node:assert/strict";
import { test } from "node:test";
import { conversation, type Script } from "../../test/support/conversation.ts";
import contextCompressor from "./context-compressor.ts";

/** Five exchanges of so many characters a message. */
const texts = (length: number) =>
  Array.from({ length: 10 }, (_, index) => `${index} ${"x".repeat(length - 2)}`);

async function compressed(script: Script, length: number, meanwhile?: (said: Said) => Promise<unknown>) {
  const said: Said = await conversation(async (request) => {
    await meanwhile?.(said);
    return script(request);
  }, texts(length));
  contextCompressor.start(said.host);
  contextCompressor.postCall({ role: "assistant", content: "done" }, said.place);
  await said.settled();
  const context = await said.context.getContext(said.at);
  return { ...said, shown: context.map(({ role, content }) => `${role}: ${content.slice(0, 40)}`) };
}
type Said = Awaited<ReturnType<typeof conversation>>;

const long = 30_000; // 300,000 characters are 75,000 tokens of 100,000
const summedUp = ["user: Sum up what we have talked about so far.", "assistant: In short: bread."];
const isSummedUp = (shown: readonly string[]) => shown.slice(0, 2).join() === summedUp.join();

test("a long conversation is an exchange with its summary, and the last three as they were", async () => {
  const { shown, requests, threads, at } = await compressed(() => " In short: bread. ", long);
  assert.ok(isSummedUp(shown), shown.join("\n"));
  assert.deepEqual(
    shown.slice(2).map((each) => each.split(" ").slice(0, 2).join(" ")),
    [...["user: 4", "assistant: 5", "user: 6", "assistant: 7", "user: 8", "assistant: 9"]],
  );
  assert.match(
    requests[0]?.messages[1]?.content ?? "",
    /^user: 0 x+\n\nassistant: 1 x+\n\nuser: 2 x+\n\nassistant: 3 x+$/,
  );
  assert.equal((await threads.getThreadMessages(at)).length, 10);
});

test("a short one is left alone, and nobody is asked", async () => {
  const { shown, requests } = await compressed(() => "In short: bread.", 1000);
  assert.deepEqual([shown.length, requests.length], [10, 0]);
});

test("it gives up when the context was changed meanwhile", async () => {
  const { shown } = await compressed(
    () => "In short: bread.",
    long,
    ({ context, at }) => context.updateMessage({ ...at, messageId: "e1" }, { content: "changed" }),
  );
  assert.equal(shown.length, 10);
  assert.equal(shown[1], "assistant: changed");
});

test("what is said meanwhile stays", async () => {
  const { shown } = await compressed(
    () => "In short: bread.",
    long,
    ({ say }) => say("and then?", 10),
  );
  assert.ok(isSummedUp(shown), shown.join("\n"));
  assert.equal(shown.at(-1), "user: and then?");
});

test("an empty summary, and a model that fails, change nothing", async () => {
  const fail: Script = () => Promise.reject(new Error("out of order"));
  for (const script of [() => "  ", fail]) assert.equal((await compressed(script, long)).shown.length, 10);
});

test("it is not begun twice at once, and is begun again after a failure", async () => {
  const said = await conversation(() => Promise.reject(new Error("out of order")), texts(long));
  contextCompressor.start(said.host);
  const answer = { role: "assistant", content: "done" } as const;
  contextCompressor.postCall(answer, said.place);
  contextCompressor.postCall(answer, said.place);
  await said.settled();
  assert.equal(said.requests.length, 1);
  contextCompressor.postCall(answer, said.place);
  await said.settled();
  assert.equal(said.requests.length, 2);
});
