import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { foldTurn } from "./fold-turn.ts";

const timestamp = "2026-02-03T04:05:06.070Z";
const tokens = (content: string): TurnEvent => ({
  event: "message_tokens",
  data: { content, timestamp, model: "m" },
});
const thinking = (content: string): TurnEvent => ({
  event: "thinking_tokens",
  data: { content, timestamp, model: "m" },
});
const end: TurnEvent = { event: "stream_end", data: { timestamp } };

test("the text does not depend on how the model cut it into tokens", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (cuts) =>
      assert.deepEqual(foldTurn(cuts.map(tokens)), foldTurn([tokens(cuts.join(""))])),
    ),
  );
});

test("the view does not depend on how events were batched", () => {
  const event = fc.oneof(fc.string().map(tokens), fc.string().map(thinking), fc.constant(end));
  fc.assert(
    fc.property(fc.array(event), fc.nat(), (events, cut) => {
      const at = events.length === 0 ? 0 : cut % events.length;
      assert.deepEqual(foldTurn(events.slice(at), foldTurn(events.slice(0, at))), foldTurn(events));
    }),
  );
});

test("alternating reasoning and text make alternating segments in the same order", () => {
  const view = foldTurn([thinking("a"), thinking("b"), tokens("c"), thinking("d"), tokens("e"), end]);
  assert.deepEqual(
    view.segments.map(({ role, content }) => [role, content]),
    [
      ["thinking", "ab"],
      ["assistant", "c"],
      ["thinking", "d"],
      ["assistant", "e"],
    ],
  );
  assert.equal(view.state, "done");
});

test("an error keeps what was said, and the end that follows it does not make it good", () => {
  const view = foldTurn([tokens("so far"), { event: "error", data: { message: "broke off" } }, end]);
  assert.equal(view.state, "failed");
  assert.equal(view.error, "broke off");
  assert.equal(view.segments[0]?.content, "so far");
});

test("an event of a newer server is skipped", () => {
  const unknown = { event: "hologram", data: {} } as unknown as TurnEvent;
  assert.deepEqual(foldTurn([tokens("a"), unknown, tokens("b")]), foldTurn([tokens("ab")]));
});

test("a file stands where it came, and a failure keeps the code that programs tell it by", () => {
  const data = { file_id: "f", name: "ribs.csv", media_type: "text/csv", timestamp };
  const view = foldTurn([
    tokens("a"),
    { event: "file", data },
    tokens("b"),
    { event: "error", data: { message: "No.", code: "upstream_timeout", timestamp } },
  ]);
  const file = { fileId: "f", name: "ribs.csv", mediaType: "text/csv", at: 1, timestamp };
  assert.deepEqual(view.files, [file]);
  assert.deepEqual([view.error, view.errorCode], ["No.", "upstream_timeout"]);
});

test("a tool call stands where it was made, and its result is found by its id", () => {
  const call = (call_id: string): TurnEvent => ({
    event: "tool_call",
    data: { call_id, name: "look", arguments: "{}", timestamp },
  });
  const view = foldTurn([
    ...[tokens("a"), call("one"), call("two")],
    { event: "tool_update", data: { call_id: "two", content: "half way", timestamp } },
    { event: "tool_result", data: { call_id: "one", content: "42", timestamp } },
    { event: "tool_result", data: { call_id: "two", content: "no", failed: true, timestamp } },
    tokens("b"),
  ]);
  assert.deepEqual(
    view.calls.map(({ callId, at, result, failed }) => [callId, at, result, failed]),
    [
      ["one", 1, "42", undefined],
      ["two", 1, "no", true],
    ],
  );
  assert.deepEqual(
    view.segments.map(({ role }) => role),
    ["assistant", "tool", "assistant"],
  );
});

test("what a turn cost is told only if the cost of each of its model calls is known", () => {
  const usage = (cost?: number): TurnEvent => ({
    event: "usage",
    data: { prompt_tokens: 1, ...(cost !== undefined && { cost }), model: "m", timestamp },
  });
  const cost = (...costs: readonly (number | undefined)[]) => foldTurn(costs.map(usage)).usage?.cost;
  assert.equal(cost(0.25, 0.5, 0), 0.75);
  assert.equal(cost(undefined, 0.5), undefined);
  assert.equal(cost(0.25, undefined, 0.5), undefined);
});

test("the tokens of all model calls of a turn are counted together", () => {
  const usage = (prompt_tokens: number, completion_tokens?: number): TurnEvent => ({
    event: "usage",
    data: { prompt_tokens, ...(completion_tokens && { completion_tokens }), model: "m", timestamp },
  });
  assert.deepEqual(foldTurn([usage(3), usage(4, 2), usage(5, 1)]).usage, {
    prompt_tokens: 12,
    completion_tokens: 3,
  });
});

test("that a model is loaded is shown until something is said", () => {
  const loading = (done: number): TurnEvent => ({ event: "progress", data: { done, model: "m", timestamp } });
  const waiting = foldTurn([loading(0.2), loading(0.6)]);
  assert.deepEqual(waiting.progress, { model: "m", done: 0.6 });
  assert.deepEqual(foldTurn([tokens("Hi")], waiting), foldTurn([tokens("Hi")]));
  assert.deepEqual(foldTurn([end], waiting), foldTurn([end]));
});
