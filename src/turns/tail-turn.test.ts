import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { durable } from "../../test/support/killed-server.ts";
import {
  beside,
  closeAll,
  hear,
  open,
  says,
  timestamp,
  tokens,
  userId,
} from "../../test/support/scripted-turns.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { tailBegin } from "./tail-turn.ts";

afterEach(closeAll);

const inShort = (events: readonly TurnEvent[]) =>
  events.map(({ event, data }) => ("content" in data ? data.content : event));

test("a turn of another process is told as it becomes durable, and its end once it is over", async () => {
  const go = Promise.withResolvers<void>();
  const app = await open(async function* () {
    yield [tokens("Hel")];
    yield [{ event: "tool_update", data: { call_id: "c", content: "looking", timestamp } }];
    await go.promise;
    yield [tokens("lo"), tokens("!")];
  });
  const other = await open(says("nothing"), { store: beside(app.store) });
  const { turnId, threadId } = await app.turns.start({ kind: "message", userId, content: "Hi" });
  await durable(app.store, threadId, "looking");
  const heard: TurnEvent[] = [];
  for await (const { firstId, data } of await other.turns.read(
    { userId, turnId },
    undefined,
    AbortSignal.timeout(10_000),
  )) {
    assert.equal(firstId, tailBegin + heard.length + 1);
    heard.push(...data.map((line) => JSON.parse(line) as TurnEvent));
    go.resolve();
  }
  assert.deepEqual(inShort(heard), ["thread_id", "Hel", "looking", "lo!", "stream_end"]);
  assert.deepEqual(inShort(await hear(app, turnId)).slice(0, 3), inShort(heard).slice(0, 3));
});

test("a reader with a cursor hears what comes after it", async () => {
  const go = Promise.withResolvers<void>();
  const app = await open(async function* () {
    yield [tokens("one")];
    await go.promise;
  });
  const other = await open(says("nothing"), { store: beside(app.store) });
  const { turnId, threadId } = await app.turns.start({ kind: "message", userId, content: "Hi" });
  await durable(app.store, threadId, "one");
  await assert.rejects(hear(other, turnId, 2), { code: "cursor_lost" }, "one of the process that runs it");
  const reading = hear(other, turnId, tailBegin + 2);
  go.resolve();
  assert.deepEqual(inShort(await reading), ["stream_end"]);
});

test("a reader who goes ends it", async () => {
  const app = await open(async function* (_turn, signal) {
    yield [tokens("one")];
    await new Promise((_resolve, reject) => signal.addEventListener("abort", reject, { once: true }));
  });
  const other = await open(says("nothing"), { store: beside(app.store) });
  const { turnId } = await app.turns.start({ kind: "message", userId, content: "Hi" });
  const gone = new AbortController();
  const reading = Array.fromAsync(await other.turns.read({ userId, turnId }, undefined, gone.signal));
  gone.abort();
  await reading;
});
