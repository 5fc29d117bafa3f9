import assert from "node:assert/strict";
import { test } from "node:test";
import type { CorePlugin } from "../../src/protocols/plugin.ts";
import { memoryStore } from "../../src/testkit/memory-store.ts";
import { testHost } from "../../src/testkit/test-host.ts";
import quota from "./quota.ts";

const storePlugin: CorePlugin<"store"> = { role: "store", name: "memory", create: memoryStore };

function users() {
  const tested = testHost({ plugins: [storePlugin] });
  const counted: Promise<void>[] = [];
  quota.start({
    ...tested,
    background: (_name, task) => {
      counted.push(task(new AbortController().signal));
    },
  });
  const place = (userId: string) => ({
    userId,
    threadId: "t",
    turnId: "n",
    signal: new AbortController().signal,
  });
  const send = (
    userId: string,
    message: Parameters<typeof quota.preCall>[0]["message"] = { role: "user", content: "hi" },
  ) => quota.preCall({ message, model: "m", tools: [] }, place(userId));
  const answer = async (userId: string, data: object) => {
    assert.equal(quota.filterStream([{ event: "usage", data }], place(userId)), undefined);
    await Promise.all(counted);
  };
  return { clock: tested.clock, send, answer };
}

test("the message after the last one of a day is refused with a sentence, and the next day begins anew", async () => {
  const { send, clock } = users();
  for (let count = 0; count < 200; count++) assert.equal(await send("ada"), undefined);
  await assert.rejects(
    send("ada"),
    /^Error: You have sent the 200 messages of today\. You can go on after midnight, UTC\.$/,
  );
  assert.equal(await send("bob"), undefined);
  clock.set("2026-01-01T23:59:59.999Z");
  await assert.rejects(send("ada"));
  clock.advance(1);
  assert.equal(await send("ada"), undefined);
});

test("messages that are sent at once are each counted", async () => {
  const { send } = users();
  for (let count = 0; count < 190; count++) await send("ada");
  const sent = await Promise.allSettled(Array.from({ length: 15 }, () => send("ada")));
  assert.equal(sent.filter(({ status }) => status === "rejected").length, 5);
});

test("tokens are counted as they are reported, whole or in parts", async () => {
  const { send, answer } = users();
  await answer("ada", { prompt_tokens: 200_000, completion_tokens: 100_000 });
  await answer("ada", { prompt_tokens: 1, completion_tokens: 1, total_tokens: 199_999 });
  assert.equal(await send("ada"), undefined);
  await answer("ada", { total_tokens: 1 });
  await assert.rejects(send("ada"), /used the 500000 tokens of today/);
});

test("what tools answer is no message", async () => {
  const { send } = users();
  const result = { role: "tool", tool_call_id: "c", content: "x" } as const;
  for (let count = 0; count < 201; count++) await send("ada", result);
  assert.equal(await send("ada"), undefined);
});
