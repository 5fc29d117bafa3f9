import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SkeletonError } from "../lib/errors.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { memoryStore } from "../testkit/memory-store.ts";
import { countingIds, testClock, testHost } from "../testkit/test-host.ts";
import { createCheckpoints } from "./checkpoint.ts";
import { foldTurn } from "./fold-turn.ts";
import { historyEntries } from "./history-entries.ts";
import { openTurn } from "./run-turn.ts";
import { createTurnStores } from "./turn-records.ts";

const at = { userId: "ann", store: "running_turns", id: "t" };
const turn = { userId: "ann", threadId: "t", turnId: "u" };
const silent = { started() {}, firstToken() {}, tokens() {}, ended() {} };

/** A turn whose process checkpoints when it is told to. */
async function checkpointed() {
  const clock = testClock();
  const host = testHost({ now: clock.now });
  const store = memoryStore({ now: clock.now, newId: countingIds() });
  await createTurnStores(store);
  await store.add({ userId: "ann", store: "running_turns" }, { turn_id: "u", instance: "i" }, "t");
  let full = false;
  const choking = {
    ...store,
    transaction: async (steps: Parameters<typeof store.transaction>[0]) => {
      if (full) throw new SkeletonError("store_full", "The disk is full.", { hint: "Make room." });
      return store.transaction(steps);
    },
  };
  const bus = { open() {}, append: () => 0, close() {}, last: () => undefined, read: () => assert.fail() };
  const running = openTurn(bus as never, turn as never, silent, 0);
  const { add, save } = createCheckpoints({
    ...{ store: choking, instance: "i" },
    ...{ log: host.log, intervalMs: 1e9 },
  });
  const { forget } = add(running, () => assert.fail("nobody else has it"));
  return {
    running,
    save,
    fill: (value: boolean) => {
      full = value;
    },
    saved: async () => (await store.collectionGet(at, "said")).map(({ item }) => item),
    async [Symbol.asyncDispose]() {
      forget();
      await host.shutdown();
    },
  };
}

const timestamp = fc.integer({ min: 0, max: 9 }).map((ms) => new Date(ms).toISOString());
const callId = fc.constantFrom("a", "b");
const content = fc.oneof(fc.string({ maxLength: 3 }), fc.constant("x".repeat(30_000)));
const count = fc.nat(9);

const event = fc.oneof(
  { weight: 4, arbitrary: kind("message_tokens", { content: fc.string({ maxLength: 3 }), model: callId }) },
  { weight: 2, arbitrary: kind("thinking_tokens", { content: fc.string({ maxLength: 3 }), model: callId }) },
  kind("thread_id", { thread_id: fc.constant("t"), message_id: fc.constant("m") }),
  kind("tool_call", { call_id: callId, name: fc.constant("look"), arguments: content }),
  kind("tool_update", { call_id: callId, content: fc.string({ maxLength: 3 }) }),
  kind("tool_result", { call_id: callId, content, failed: fc.boolean() }),
  kind("usage", { prompt_tokens: count, completion_tokens: count, model: fc.constant("m") }),
  kind("context", { left_out: count }),
  kind("error", { message: fc.string({ maxLength: 3 }) }),
);

function kind(event: TurnEvent["event"], fields: Readonly<Record<string, fc.Arbitrary<unknown>>>) {
  return fc.record({ ...fields, timestamp }).map((data) => ({ event, data }) as TurnEvent);
}

test("wherever checkpoints cut what was said, and whichever failed, the history told from them is the same", async () => {
  const step = fc.record({ events: fc.array(event, { maxLength: 6 }), full: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      await using app = await checkpointed();
      for (const { events, full } of steps) {
        app.running.emit(events);
        app.fill(full);
        await app.save();
      }
      app.fill(false);
      await app.save();
      const view = foldTurn((await app.saved()).flatMap((said) => said as unknown as TurnEvent[]));
      const seen = foldTurn(steps.flatMap(({ events }) => events));
      assert.deepEqual(historyEntries("u", view, "server"), historyEntries("u", seen, "server"));
      assert.deepEqual([view.state, view.error, view.messageId], [seen.state, seen.error, seen.messageId]);
    }),
    { numRuns: 60 },
  );
});

test("a checkpoint writes what is new in few events, and nothing when nothing is", async () => {
  await using app = await checkpointed();
  const say = (text: string) =>
    app.running.emit(
      [...text].map((letter) => ({
        event: "message_tokens",
        data: { content: letter, timestamp: "2026-01-01T00:00:00.000Z", model: "m" },
      })),
    );
  say("x".repeat(600));
  await app.save();
  await app.save();
  say("yes");
  await app.save();
  const texts = (await app.saved()).map((events) =>
    (events as unknown as TurnEvent[]).map(({ data: said }) => ("content" in said ? said.content : said)),
  );
  assert.deepEqual(texts, [["x".repeat(600)], ["yes"]]);
});
