import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { ContextMessage } from "../../protocols/context.ts";
import type { ThreadMessage } from "../../protocols/threads.ts";
import { foldContext, undecidedIds } from "./fold-context.ts";
import type { Operation } from "./operation.ts";

/** One model call of a turn: the entries that it leaves, each with its role, and whether it calls a tool. */
type Round = { readonly voices: readonly ("assistant" | "thinking")[]; readonly calls: boolean };
/** A question and the rounds that answer it; all but the last call a tool. */
type Turn = readonly Round[];

const round = fc.array(fc.constantFrom<"assistant" | "thinking">("assistant", "thinking"), { maxLength: 4 });
const turn: fc.Arbitrary<Turn> = fc
  .tuple(fc.array(round, { maxLength: 3 }), round)
  .map(([calling, last]) => [
    ...calling.map((voices) => ({ voices, calls: true })),
    { voices: last, calls: false },
  ]);

type Told = {
  readonly entries: readonly ThreadMessage[];
  readonly operations: readonly Operation[];
  /** What a processor added, in order. */
  readonly said: readonly ContextMessage[];
};

/** A conversation as a processor lives through it: its answers are added before their entries are in the history. */
function tell(turns: readonly Turn[]): Told {
  const entries: ThreadMessage[] = [];
  const operations: Operation[] = [];
  const said: ContextMessage[] = [];
  const append = (id: string, role: ThreadMessage["role"], content: string, turnId?: string) =>
    entries.push({
      id,
      role,
      type: role === "tool" ? "tool_update" : "message_text",
      content,
      timestamp: "2026-01-01T00:00:00.000Z",
      parentId: entries.at(-1)?.id ?? null,
      ...(turnId !== undefined && { turnId }),
    });
  turns.forEach((rounds, number) => {
    append(`q${number}`, "user", `question ${number}`);
    said.push({ id: `q${number}`, role: "user", content: `question ${number}` });
    const after = `q${number}`;
    const later: (() => void)[] = [];
    let voice = 0;
    rounds.forEach(({ voices, calls }, index) => {
      let id: string | undefined;
      let content = "";
      for (const role of voices) {
        const entryId = `t${number}.${voice++}`;
        later.push(() => append(entryId, role, `${entryId};`, `t${number}`));
        if (role === "thinking") continue;
        id ??= entryId;
        content += `${entryId};`;
      }
      const own = id === undefined ? { own_id: true } : {};
      const message = { id: id ?? `own${number}.${index}`, role: "assistant", content } as const;
      if (!calls && content === "") return;
      said.push(message);
      operations.push({ op: "add", after, message, ...own });
      if (!calls) return;
      const result = { id: `r${number}.${index}`, role: "tool", tool_call_id: "c", content: "7" } as const;
      said.push(result);
      operations.push({ op: "add", after, message: result, own_id: true });
      later.push(() => append(`t${number}.${voice}.l`, "tool", "✅", `t${number}`));
    });
    for (const appendNow of later) appendNow();
  });
  return { entries, operations, said };
}

const told = fc.array(turn, { maxLength: 4 }).map(tell);
const check = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, property), { numRuns: 500 });

describe("folding a context", () => {
  test("gives back what a processor added, in the order of adding", () => {
    check(told, ({ entries, operations, said }) => {
      assert.deepEqual(foldContext(entries, operations), said);
    });
  });

  test("gives the same while the last answer's entries are still to come", () => {
    check(told, ({ entries, operations, said }) => {
      const question = entries.findLastIndex(({ role }) => role === "user");
      assert.deepEqual(foldContext(entries.slice(0, question + 1), operations), said);
    });
  });

  test("without operations it is all that users and assistants said, in order", () => {
    check(told, ({ entries }) => {
      const spoken = entries.filter(({ role }) => role === "user" || role === "assistant");
      const context = foldContext(entries, []);
      const letters = (texts: readonly { readonly content: string }[]) =>
        texts.map(({ content }) => content.replaceAll("\n", "")).join("");
      assert.equal(letters(context), letters(spoken));
      const ids = new Set(spoken.map(({ id }) => id));
      assert.ok(context.every(({ id }) => ids.has(id)));
      context.forEach(({ role }, index) => {
        if (index > 0 && role === "assistant") assert.notEqual(context[index - 1]?.role, "assistant");
      });
    });
  });

  test("updates, removals and a replacement do to it what they would do to a list", () => {
    const change = fc.record({ kind: fc.constantFrom("update", "remove", "replace"), at: fc.nat(30) });
    check(fc.tuple(told, fc.array(change, { maxLength: 5 })), ([{ entries, operations, said }, changes]) => {
      let expected = said;
      const done = [...operations];
      changes.forEach(({ kind, at }, index) => {
        const target = expected[at % Math.max(expected.length, 1)];
        if (kind === "replace") {
          expected = [{ id: `s${index}`, role: "system", content: "short" }, ...expected.slice(at % 7)];
          done.push({ op: "replace", after: entries.at(-1)?.id ?? null, messages: expected, covers: [] });
        } else if (target && kind === "update") {
          done.push({ op: "update", id: target.id, changes: { content: `changed ${index}` } });
          expected = expected.map((one) => (one === target ? { ...one, content: `changed ${index}` } : one));
        } else if (target) {
          done.push({ op: "remove", ids: [target.id] });
          expected = expected.filter((one) => one !== target);
        }
      });
      assert.deepEqual(foldContext(entries, done), expected);
    });
  });

  test("what was done below a fork does not show on the other branch", () => {
    check(fc.tuple(told, turn), ([first, again]) => {
      const question = first.entries.findLastIndex(({ role }) => role === "user");
      const number = first.entries[question]?.id.slice(1);
      const old = first.entries.slice(question + 1);
      const alone = tell([again]);
      const answer = alone.entries.slice(1);
      // Without a text of its own the last answer left no trace by which to tell it from a call that still runs.
      fc.pre(number !== undefined && old.some(({ role }) => role === "assistant") && answer.length > 0);
      fc.pre(first.said.at(-1)?.role === "assistant" && first.said.at(-1)?.content !== "");
      const rename = (id: string) => id.replace(/^(t|r|own)0/, "$1-new");
      const after = `q${number}`;
      const entries = [
        ...first.entries.slice(0, question + 1),
        ...answer.map((one, index) => ({
          ...one,
          id: rename(one.id),
          turnId: "new",
          ...(index === 0 && { siblings: [old[0]?.id ?? "", rename(one.id)] }),
        })),
      ];
      const operations: readonly Operation[] = [
        ...first.operations,
        ...alone.operations.flatMap((one) =>
          one.op === "add"
            ? [{ ...one, after, message: { ...one.message, id: rename(one.message.id) } }]
            : [],
        ),
      ];
      const there = new Set(old.map(({ id }) => id));
      const elsewhere = new Set(undecidedIds(entries, operations).filter((id) => there.has(id)));
      const before = first.said.slice(0, first.said.findIndex(({ id }) => id === after) + 1);
      const expected = alone.said.slice(1).map((one) => ({ ...one, id: rename(one.id) }));
      assert.deepEqual(
        foldContext(entries, operations, elsewhere).map(({ id }) => id),
        [...before, ...expected].map(({ id }) => id),
      );
    });
  });

  test("what an answer said after its last added message is there, though its turn was cut short", () => {
    check(told, ({ entries, operations, said }) => {
      const parentId = entries.at(-1)?.id ?? null;
      const last = entries.at(-1)?.turnId;
      fc.pre(last !== undefined && operations.at(-1)?.op === "add");
      const late: ThreadMessage = {
        id: "late",
        role: "assistant",
        type: "message_text",
        content: "and so",
        timestamp: "2026-01-01T00:00:00.000Z",
        parentId,
        turnId: last,
      };
      const expected = [...said, { id: "late", role: "assistant", content: "and so" }];
      assert.deepEqual(foldContext([...entries, late], operations), expected);
    });
  });

  const entry = (
    id: string,
    role: ThreadMessage["role"],
    more: Partial<ThreadMessage> = {},
  ): ThreadMessage => ({
    id,
    role,
    type: role === "tool" ? "tool_update" : "message_text",
    content: id,
    timestamp: "2026-01-01T00:00:00.000Z",
    parentId: null,
    turnId: "t",
    ...more,
  });

  test("what an answer says after a tool's line begins a new paragraph, and after a thought it does not", () => {
    const voices = ["assistant", "thinking", "assistant", "tool", "assistant"] as const;
    const entries = voices.map((role, index) => entry(`e${index}`, role));
    assert.deepEqual(foldContext(entries, []), [{ id: "e0", role: "assistant", content: "e0e2\n\ne4" }]);
  });

  test("an entry without words, which keeps the tools of a turn, is not said to a model", () => {
    const entries = [entry("q", "user"), entry("e", "assistant", { content: "" }), entry("r", "user")];
    assert.deepEqual(
      foldContext(entries, []).map(({ id }) => id),
      ["q", "r"],
    );
  });

  test("a tool's result is on the branch of its call, whatever was added after it", () => {
    const add = (message: ContextMessage): Operation => ({ op: "add", after: "q", message });
    const operations = [
      add({ id: "old", role: "assistant", content: "old" }),
      add({ id: "result", role: "tool", tool_call_id: "c", content: "7" }),
      add({ id: "new", role: "assistant", content: "new" }),
    ];
    const entries = [entry("q", "user"), entry("new", "assistant", { siblings: ["old", "new"] })];
    assert.deepEqual(undecidedIds(entries, operations), ["old"]);
    const ids = foldContext(entries, operations, new Set(["old"])).map(({ id }) => id);
    assert.deepEqual(ids, ["q", "new"]);
  });
});
