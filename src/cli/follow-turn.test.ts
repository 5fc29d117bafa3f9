import assert from "node:assert/strict";
import { test } from "node:test";
import { SkeletonError } from "../lib/errors.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { followTurn } from "./follow-turn.ts";

const timestamp = "2026-01-02T03:04:05.000Z";
const says = (content: string): TurnEvent => ({
  event: "message_tokens",
  data: { content, timestamp, model: "m" },
});
const begin: TurnEvent = { event: "thread_id", data: { thread_id: "t", timestamp } };
const end: TurnEvent = { event: "stream_end", data: { timestamp } };

const stream = (events: readonly TurnEvent[], firstId: number) =>
  new Response(events.map((event, at) => `id: ${firstId + at}\ndata: ${JSON.stringify(event)}\n\n`).join(""));

const failing = (code: "shutting_down" | "cursor_lost" | "record_not_found") =>
  new SkeletonError(code, code, { hint: "" });

/** Follows a turn whose connections go as scripted; a step is told the cursor it is asked for. */
async function follow(...steps: readonly ((after: number) => Response)[]) {
  const left = [...steps];
  const pauses: number[] = [];
  const events: TurnEvent[] = [];
  const following = followTurn({
    open: async (after) => {
      const step = left.shift() ?? steps.at(-1);
      assert.ok(step);
      return step(after);
    },
    pause: async (ms) => pauses.push(ms),
    signal: new AbortController().signal,
  });
  for await (const event of following) events.push(event);
  return { events, pauses };
}

test("a stream that ends too early is gone on with from the last event", async () => {
  const { events, pauses } = await follow(
    () => stream([begin, says("one ")], 1),
    (after) => {
      assert.equal(after, 2);
      return stream([says("two"), end], 3);
    },
  );
  assert.deepEqual(events, [begin, says("one "), says("two"), end]);
  assert.deepEqual(pauses, [250]);
});

test("a turn told anew in other pieces gives only what is new", async () => {
  const { events } = await follow(
    () => stream([begin, says("one "), says("two ")], 1),
    () => {
      throw failing("cursor_lost");
    },
    (after) => {
      assert.equal(after, 0);
      return stream([begin, says("one two three"), end], 1);
    },
  );
  assert.deepEqual(events, [begin, says("one "), says("two "), says("three"), end]);
});

test("a turn that went on after its server died gives what it told before once, and all that is new", async () => {
  const data = { call_id: "c", name: "send", arguments: "{}", timestamp };
  const call: TurnEvent = { event: "tool_call", data };
  const asked: TurnEvent = { event: "approval_request", data };
  const { events } = await follow(
    () => stream([begin, says("one "), call], 1),
    () => {
      throw failing("cursor_lost");
    },
    () => stream([begin, says("one "), call, asked, says("two"), end], 1_000_000_001),
  );
  assert.deepEqual(events, [begin, says("one "), call, asked, says("two"), end]);
});

test("a server that restarts is waited for, longer each time, but not for ever", async () => {
  const away = () => {
    throw failing("shutting_down");
  };
  const { events, pauses } = await follow(away, away, away, () => stream([begin, end], 1));
  assert.deepEqual(events, [begin, end]);
  assert.deepEqual(pauses, [250, 500, 1000]);
  await assert.rejects(follow(away), { code: "upstream_unreachable" });
});

test("what does not pass by itself is told at once", async () => {
  await assert.rejects(
    follow(() => {
      throw failing("record_not_found");
    }),
    { code: "record_not_found" },
  );
});
