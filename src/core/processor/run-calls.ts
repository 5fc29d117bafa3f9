import { given } from "../../lib/given.ts";
import type { ConsentRequest } from "../../protocols/message-processor.ts";
import type { ToolCall } from "../../protocols/model.ts";
import type { Tool, ToolContext } from "../../protocols/tool.ts";
import type { ToolOutcome, Tools } from "../../protocols/tools.ts";
import { askUser } from "./ask-user.ts";
import type { Talk } from "./talk.ts";
import type { Steps } from "./tell-steps.ts";
import { together } from "./together.ts";
import type { ToldCall } from "./told-before.ts";
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
  const place: ToolContext = { userId, threadId, turnId, host: talk.host, signal: talk.signal };
  const all = await allOf(talk, tools, known, calls);
  const byName = new Map(all.map((tool) => [tool.name, tool]));
  const configured = new Map(Object.entries(talk.host.config.tools.approve));
  const begin = (asked: ToolCall) => {
    const told = talk.before.calls.get(asked.id);
    const call = { ...asked, ...given({ arguments: told?.arguments }) };
    const tool = byName.get(call.name);
    const run = (allowed: ToolCall) =>
      tools.call(allowed, { ...place, ...(tool && { allowed: true }), ask: askUser(talk, allowed) }, all);
    const approve = configured.get(call.name) ?? tool?.approve ?? "never";
    const original = asked.arguments;
    const runs = (allowed: ToolCall) => tellingChanges(original, allowed, run(allowed));
    if (mayHaveRun(told, approve))
      return tool?.readOnly || tool?.idempotent ? runs(call) : withConsent(talk, call, again, runs);
    if (approve === "never" && told?.consent === undefined) return runs(call);
    const how = approve === "once" ? ({ once: true } as const) : {};
    return withConsent(talk, call, how, runs, told?.again && leftAsItWas);
  };
  for (const group of groups(calls, ({ name }) => byName.get(name)?.readOnly === true)) {
    for (const call of group) if (!talk.before.calls.has(call.id)) yield calling(call, talk.timestamp());
    const outcomes = new Map<number, ToolOutcome>();
    let next = 0;
    for await (const came of together(group.map(begin))) {
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

/** A tool that came while the model spoke is looked at, too, before it runs. */
const allOf = async (
  { turn }: Talk,
  tools: Tools,
  known: readonly Tool[],
  calls: readonly ToolCall[],
): Promise<readonly Tool[]> =>
  calls.every((call) => known.some(({ name }) => name === call.name))
    ? known
    : tools.getTools({ userId: turn.userId });

type Approve = NonNullable<Tool["approve"]>;

/** Whether a call had begun when the server died: it was told of, and nobody was still to be asked. */
const mayHaveRun = (told: ToldCall | undefined, approve: Approve): boolean =>
  told !== undefined && (told.consent === "approved" || (told.consent === undefined && approve === "never"));

const again = { again: true, why: "The server stopped while this ran. Run it again?" } as const;

/** What a call that was not allowed comes to. */
const refused: ToolOutcome = { content: "The user did not allow this call.", failed: true };
/** The same of one that had begun before: the model must not take it for one that did nothing. */
const leftAsItWas: ToolOutcome = {
  content:
    "The server stopped while this ran, and the user did not have it run again. How far it came is not known.",
  failed: true,
};

/** Runs a call once its user has said yes; its own time begins then. @param otherwise what a no comes to. */
async function* withConsent(
  { turn }: Talk,
  call: ToolCall,
  how: Pick<ConsentRequest, "once" | "again" | "why">,
  run: (call: ToolCall) => AsyncGenerator<string, ToolOutcome>,
  otherwise: ToolOutcome = how.again ? leftAsItWas : refused,
): AsyncGenerator<string, ToolOutcome> {
  const { id, name, arguments: args } = call;
  const { approved, arguments: changed = args } = await turn.consent({
    ...{ callId: id, name, arguments: args },
    ...how,
  });
  if (approved) return yield* run({ ...call, arguments: changed });
  return otherwise;
}

/** So much of changed arguments is told in front of a result. */
const changesTold = 2000;

/** Has the model know when its user has changed the arguments of its call: it would go by its own. */
async function* tellingChanges(
  original: string,
  { arguments: args }: ToolCall,
  run: AsyncGenerator<string, ToolOutcome>,
): AsyncGenerator<string, ToolOutcome> {
  const outcome = yield* run;
  if (args === original) return outcome;
  const shown = args.length <= changesTold ? args : `${args.slice(0, changesTold)}...`;
  return { ...outcome, content: `The user changed the arguments to ${shown}\n\n${outcome.content}` };
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
