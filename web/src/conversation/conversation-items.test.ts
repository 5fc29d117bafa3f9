import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyTurn, type TurnView } from "../../../src/turns/fold-turn.ts";
import type { MessageEntry } from "../api/wire.ts";
import { historyItems, type Item, liveAnswer } from "./conversation-items.ts";

const timestamp = "2026-02-03T04:05:06.070Z";
const entry = (id: string, role: MessageEntry["role"], more: Partial<MessageEntry> = {}): MessageEntry => ({
  ...{ id, role, content: `${id} text`, parent_id: null, type: "message_text", timestamp },
  ...more,
});
const user = (id: string) => entry(id, "user");
const said = (id: string, turn: string, more: Partial<MessageEntry> = {}) =>
  entry(id, "assistant", { turn_id: turn, ...more });
const shape = (items: readonly Item[]) =>
  items.map((item) => (item.kind === "user" ? item.key : [item.key, item.segments.length, item.state]));

test("the entries of one turn are one answer, in their order", () => {
  const items = historyItems(
    [user("q1"), entry("t", "thinking", { turn_id: "one" }), said("a", "one"), user("q2"), said("b", "two")],
    undefined,
    null,
  );
  assert.deepEqual(shape(items), ["q1", ["one", 2, "done"], "q2", ["two", 1, "done"]]);
  assert.equal(items[3]?.kind === "answer" && items[3].question?.id, "q2");
});

test("a running turn is shown live, and not a second time from history", () => {
  const view: TurnView = {
    ...emptyTurn,
    segments: [{ role: "assistant", content: "first round, second", timestamp }],
  };
  const items = historyItems([user("q"), said("a", "one")], "one", null);
  assert.deepEqual(shape([...items, liveAnswer("one", view, user("q"))]), ["q", ["one", 1, "running"]]);
});

test("an answer keeps its place on the page when its turn ends", () => {
  const ended = historyItems([user("q"), said("a", "one")], undefined, null);
  assert.equal(liveAnswer("one", emptyTurn, user("q")).key, ended[1]?.key);
});

test("an answer cut short says so", () => {
  const items = historyItems([user("q"), said("a", "one", { interrupted: true })], undefined, null);
  assert.deepEqual(shape(items), ["q", ["one", 1, "interrupted"]]);
});

test("a turn that failed shows why, also when it said nothing", () => {
  const lastTurn = { turn_id: "one", state: "failed", error: "no answer for 60 s" } as const;
  for (const entries of [[user("q")], [user("q"), said("a", "one")]]) {
    const last = historyItems(entries, undefined, lastTurn).at(-1);
    assert.ok(last?.kind === "answer");
    assert.equal(last.error, "no answer for 60 s");
    assert.equal(last.question?.id, "q");
  }
});

test("a failure is not shown on another turn's answer, nor once it is being answered again", () => {
  const lastTurn = { turn_id: "other", state: "failed", error: "broke off" } as const;
  const entries = [user("q"), said("a", "one")];
  assert.deepEqual(shape(historyItems(entries, undefined, lastTurn)), ["q", ["one", 1, "done"]]);
  assert.deepEqual(shape(historyItems([user("q")], "two", lastTurn)), ["q"]);
});
