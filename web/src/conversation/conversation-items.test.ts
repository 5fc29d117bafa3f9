import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyTurn, type TurnView } from "../../../src/turns/fold-turn.ts";
import type { MessageEntry } from "../api/wire.ts";
import { textOfParts } from "./answer-parts.ts";
import { answering, historyItems, type Item, reuseItems, withComing } from "./conversation-items.ts";
import { stepsOf } from "./steps-of.ts";

const timestamp = "2026-02-03T04:05:06.070Z";
const entry = (id: string, role: MessageEntry["role"], more: Partial<MessageEntry> = {}): MessageEntry => ({
  ...{ id, role, content: `${id} text`, parent_id: null, type: "message_text", timestamp },
  ...more,
});
const user = (id: string) => entry(id, "user");
const said = (id: string, turn: string, more: Partial<MessageEntry> = {}) =>
  entry(id, "assistant", { turn_id: turn, ...more });
/** As it is drawn: the last item with what has come of it. */
function withLive(items: readonly Item[], turnId: string, view: TurnView): readonly Item[] {
  const all = withComing(items, turnId, view.messageId);
  const last = all.at(-1);
  assert.ok(last?.kind === "answer");
  return all.with(-1, answering(last, view));
}
const shape = (items: readonly Item[]) =>
  items.map((item) => (item.kind === "user" ? item.key : [item.key, item.parts.length, item.state]));

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
  assert.deepEqual(shape(withLive(items, "one", view)), ["q", ["one", 1, "running"]]);
});

test("an answer keeps its place on the page when its turn ends", () => {
  const ended = historyItems([user("q"), said("a", "one")], undefined, null);
  assert.equal(withLive(historyItems([user("q")], "one", null), "one", emptyTurn)[1]?.key, ended[1]?.key);
});

test("an answer cut short says so", () => {
  const items = historyItems([user("q"), said("a", "one", { interrupted: true })], undefined, null);
  assert.deepEqual(shape(items), ["q", ["one", 1, "interrupted"]]);
});

test("a turn that failed shows why, also when it said nothing", () => {
  const lastTurn = { turn_id: "one", message_id: "q", state: "failed", error: "no answer for 60 s" } as const;
  for (const entries of [[user("q")], [user("q"), said("a", "one")]]) {
    const last = historyItems(entries, undefined, lastTurn).at(-1);
    assert.ok(last?.kind === "answer");
    assert.equal(last.error, "no answer for 60 s");
    assert.equal(last.question?.id, "q");
  }
});

test("a failure is not shown on another turn's answer, nor once it is being answered again", () => {
  const lastTurn = { turn_id: "other", message_id: "p", state: "failed", error: "broke off" } as const;
  const entries = [user("q"), said("a", "one")];
  assert.deepEqual(shape(historyItems(entries, undefined, lastTurn)), ["q", ["one", 1, "done"]]);
  assert.deepEqual(shape(historyItems([user("q")], "two", lastTurn)), ["q"]);
});

test("a turn that was stopped before it said anything says so", () => {
  const lastTurn = { turn_id: "one", message_id: "q", state: "interrupted" } as const;
  assert.deepEqual(shape(historyItems([user("q")], undefined, lastTurn)), ["q", ["one", 0, "interrupted"]]);
});

test("a turn that ended without a word has its answer all the same, and none where that stands further up", () => {
  const lastTurn = { turn_id: "one", message_id: "q", state: "done" } as const;
  assert.deepEqual(shape(historyItems([user("q")], undefined, lastTurn)), ["q", ["one", 0, "done"]]);
  const entries = [user("q"), said("a", "one")];
  assert.deepEqual(shape(historyItems(entries, undefined, lastTurn)), ["q", ["one", 1, "done"]]);
  assert.deepEqual(shape(historyItems([...entries, user("r")], undefined, lastTurn)).at(-1), "r");
});

test("an answer that is given anew takes the place of the old one while it comes", () => {
  const view: TurnView = { ...emptyTurn, messageId: "q" };
  const items = historyItems([user("q"), said("a", "one")], "two", null);
  assert.deepEqual(shape(withLive(items, "two", view)), ["q", ["two", 0, "running"]]);
});

test("the rest of an answer that was cut short goes on in its sentence, while it comes and afterwards", () => {
  const half = said("a", "one", { content: "one bone, ", interrupted: true });
  const rest = said("b", "two", { content: "two bones" });
  const segments = [{ role: "assistant", content: "two bones", timestamp }] as const;
  const live = withLive(historyItems([user("q"), half], "two", null), "two", {
    ...emptyTurn,
    ...{ messageId: "a", segments },
  });
  for (const items of [live, historyItems([user("q"), half, rest], undefined, null)]) {
    const [, whole] = items;
    assert.equal(items.length, 2);
    assert.ok(whole?.kind === "answer");
    assert.equal(whole.key, "one");
    assert.deepEqual(
      whole.parts.map((part) => part.kind === "text" && part.content),
      ["one bone, two bones"],
    );
  }
});

test("a plan stands where it was written, with the steps as the rest of its answer left them", () => {
  const plan = (...states: readonly ("done" | undefined)[]) => ({
    model: "p",
    steps: ["Look", "Leap"].map((text, at) => ({ text, ...(states[at] && { state: states[at] }) })),
  });
  const written = entry("p", "plan", { turn_id: "one", content: "1. Look\n2. Leap", model: "p" });
  const half = said("a", "one", { interrupted: true, turn: { plan: plan("done") } });
  const rest = said("b", "two", { turn: { plan: plan("done", "done") } });
  const shown = (items: readonly Item[]) =>
    items.flatMap((item) =>
      item.kind === "answer"
        ? item.parts.map((part) => (part.kind === "plan" ? part.steps?.map(({ state }) => state) : part.kind))
        : [],
    );
  assert.deepEqual(shown(historyItems([user("q"), written, half], undefined, null)), [
    ["done", undefined],
    "text",
  ]);
  assert.deepEqual(shown(historyItems([user("q"), written, half, rest], undefined, null)), [
    ["done", "done"],
    "text",
  ]);
  const live = withLive(historyItems([user("q"), written, half], "two", null), "two", {
    ...emptyTurn,
    ...{ messageId: "a", plan: plan("done", "done") },
  });
  assert.deepEqual(shown(live), [["done", "done"], "text"]);
});

test("a plan that is being written has the steps that can be read so far", () => {
  const segments = [{ role: "plan", content: "1. Look\n2. Le", timestamp }] as const;
  const live = withLive(historyItems([user("q")], "one", null), "one", { ...emptyTurn, segments });
  const [, answer] = live;
  assert.ok(answer?.kind === "answer");
  const [part] = answer.parts;
  assert.ok(part?.kind === "plan");
  assert.deepEqual(stepsOf(part), [{ text: "Look" }, { text: "Le" }]);
  assert.equal(textOfParts(answer.parts, "Plan"), "**Plan**\n\n1. Look\n2. Le");
});

test("a tool call stands before the entry that came after it, with its own lines", () => {
  const call = {
    ...{ call_id: "c", name: "look", arguments: "{}", before: "l", started: timestamp },
    ...{ ended: timestamp, result: "42" },
  };
  const entries = [
    user("q"),
    said("a", "one"),
    entry("l", "tool", { turn_id: "one", call_id: "c", content: "half way" }),
    said("b", "one", { turn: { calls: [call, { ...call, call_id: "d", before: null }] } }),
  ];
  const [, answer] = historyItems(entries, undefined, null);
  assert.deepEqual(
    answer?.kind === "answer" && answer.parts.map((part) => [part.kind, part.kind === "call" && part.lines]),
    [
      ["text", false],
      ["call", ["half way"]],
      ["text", false],
      ["call", []],
    ],
  );
});

test("of the lines about a known call only its progress is shown, and that without its name", () => {
  const call = { call_id: "c", name: "look", arguments: "{}", before: "l0", started: timestamp };
  const lines = [
    "🔧 Calling look({})",
    "look: half way",
    "look: ✅ look: nearly",
    "✅ look: 42",
    "❌ look: no",
    "bare",
  ];
  const entries = [
    user("q"),
    ...lines.map((content, n) => entry(`l${n}`, "tool", { turn_id: "one", call_id: "c", content })),
    entry("h", "tool", { turn_id: "one", call_id: "x", content: "✅ look: a hook's" }),
    said("a", "one", { turn: { calls: [call] } }),
  ];
  const [, answer] = historyItems(entries, undefined, null);
  const parts = answer?.kind === "answer" ? answer.parts : [];
  assert.deepEqual(
    parts.map((part) => (part.kind === "call" ? part.lines : part.kind === "line" && part.content)),
    [["half way", "✅ look: nearly", "bare"], "✅ look: a hook's", false],
  );
});

test("what has not changed stays the same object, so that it is not drawn again", () => {
  const entries = [user("q"), said("a", "one"), user("r"), said("b", "two")];
  const before = historyItems(entries, undefined, null);
  const changed = { ...entries[3], content: "other" } as MessageEntry;
  const after = reuseItems(before, historyItems([...entries.slice(0, 3), changed], undefined, null));
  assert.deepEqual(
    after.map((item, index) => item === before[index]),
    [true, true, true, false],
  );
});
