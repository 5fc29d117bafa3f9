import type { ToolCall } from "../../protocols/model.ts";
import type { Tool, ToolContext } from "../../protocols/tool.ts";
import type { ToolOutcome, Tools } from "../../protocols/tools.ts";
import type { Talk } from "./talk.ts";
import type { Steps } from "./tell-steps.ts";
import { together } from "./together.ts";
import { called, calling, progress } from "./tool-lines.ts";

/** Calls that run at once, at most. A model may ask for hundreds. */
const sideBySide = 8;

/**
 * Runs the calls of a round in their order; neighbours that only read run side by side. Readers are told of each: that
 * it is called, how it gets on, what became of it. Results come in the order of the calls.
 * @param result what is done with each, right after the reader was told.
 */
export async function* runCalls(
  talk: Talk,
  {
    tools,
    known,
    calls,
  }: { readonly tools: Tools; readonly known: readonly Tool[]; readonly calls: readonly ToolCall[] },
  result: (call: ToolCall, outcome: ToolOutcome) => Steps,
): Steps {
  const { userId, threadId, turnId } = talk.turn;
  const context: ToolContext = { userId, threadId, turnId, host: talk.host, signal: talk.signal };
  const guarded = new Set(known.filter(needsConsent).map(({ name }) => name));
  const readOnly = new Set(known.filter((tool) => tool.readOnly).map(({ name }) => name));
  for (const group of groups(calls, ({ name }) => readOnly.has(name))) {
    for (const call of group) yield calling(call, talk.timestamp());
    const outcomes = new Map<number, ToolOutcome>();
    let next = 0;
    const runs = group.map((call) => (guarded.has(call.name) ? refuse(call) : tools.call(call, context)));
    for await (const came of together(runs)) {
      const call = group[came.index];
      if (call === undefined) continue;
      if (came.result.done !== true) {
        yield progress(call, came.result.value, talk.timestamp());
        continue;
      }
      outcomes.set(came.index, came.result.value);
      for (let outcome = outcomes.get(next); outcome !== undefined; outcome = outcomes.get(next)) {
        const done = group[next++] ?? call;
        yield called(done, outcome, talk.timestamp());
        yield* result(done, outcome);
      }
    }
  }
}

const needsConsent = ({ approve = "never" }: Tool): boolean => approve !== "never";

/** Nobody can be asked yet, and what was to be asked for is not done without. */
// biome-ignore lint/correctness/useYield: it stands in for a call, which may yield
async function* refuse({ name }: ToolCall): AsyncGenerator<string, ToolOutcome> {
  const content = `The tool ${name} runs only with the user's consent, which this server has no way to ask for yet.`;
  return { content, failed: true };
}

/** Neighbours that may run side by side together, every other call alone. */
function groups<T>(calls: readonly T[], mayJoin: (call: T) => boolean): readonly (readonly T[])[] {
  const all: T[][] = [];
  let open: T[] | undefined;
  for (const call of calls) {
    const joins = mayJoin(call);
    if (joins && open !== undefined && open.length < sideBySide) open.push(call);
    else {
      const group = [call];
      all.push(group);
      open = joins ? group : undefined;
    }
  }
  return all;
}
