import type { PreCall } from "../../protocols/function-plugin.ts";
import type { ChatMessage, ModelEvent, ToolCall } from "../../protocols/model.ts";
import { askModel } from "./ask-model.ts";
import { type Hearing, hearRound } from "./hearing.ts";
import type { Hooks } from "./hooks.ts";
import { line, type Talk } from "./talk.ts";
import type { Step, Steps } from "./tell-steps.ts";
import type { TurnContext } from "./turn-context.ts";
import { turnEvents } from "./turn-events.ts";

/** One round: what it asks for. */
export type Round = {
  readonly hooks: Hooks;
  readonly context: TurnContext;
  /** Model, system prompt and tools, as hooks left them. */
  readonly call: PreCall;
  /** Said to the model beneath everything else. */
  readonly last?: ChatMessage;
  /** How many messages the reader knows to be left out. */
  readonly leftOut: number;
};

export type Spoken = {
  /** What is to be run, in order. */
  readonly calls: readonly ToolCall[];
  readonly leftOut: number;
};

/** Lets the model speak once; what it said goes through `postCall` into the context. */
export async function* speakRound(talk: Talk, round: Round): Steps<Spoken> {
  const { leftOut, batches } = await askModel(talk, round.context, round.call, round.last);
  if (leftOut !== round.leftOut)
    yield [{ event: "context", data: { left_out: leftOut, timestamp: talk.timestamp() } }];
  const heard = hearRound();
  const shown = round.hooks.filterStream === undefined ? heard : hearRound();
  const from = talk.said.voices.length;
  yield* speak(talk, round, batches, { heard, shown });
  // Who may call no more tools and does so all the same is not heard.
  const calls = round.last === undefined ? yield* wellFormed(talk, shown.calls) : [];
  yield* remember(talk, round, { heard, shown, calls, from });
  return { calls, leftOut };
}

/** What the model said, and what filters made of it. */
type Heard = { readonly heard: Hearing; readonly shown: Hearing };

async function* speak(
  talk: Talk,
  { hooks: { filterStream }, call: { model } }: Round,
  batches: AsyncIterable<readonly ModelEvent[]>,
  { heard, shown }: Heard,
): Steps {
  const show = (batch: readonly ModelEvent[]) => {
    shown.hear(batch);
    return turnEvents(batch, model, talk.timestamp());
  };
  if (filterStream === undefined) {
    yield { batches, translate: show } satisfies Step;
    return;
  }
  for await (const batch of batches) {
    heard.hear(batch);
    yield show(yield* filterStream(batch));
  }
}

/** The calls that name a tool. The reader is told of the others; there is nothing to run or to answer in them. */
async function* wellFormed(talk: Talk, calls: readonly ToolCall[]): Steps<readonly ToolCall[]> {
  const isMalformed = ({ name }: ToolCall) => typeof name !== "string" || name.trim() === "";
  for (const call of calls)
    if (isMalformed(call)) yield [line(talk, "🔧❌ The model called a tool without naming it.")];
  return calls.filter((call) => !isMalformed(call)).map((call) => withOwnId(talk, call));
}

/** What can stand in an address, as it is. */
const usableId = /^[\w:-][\w.:-]{0,199}$/;

/** Some models count their calls from zero in every round; here a call is found by its id in the whole turn. */
function withOwnId({ host, callIds }: Talk, call: ToolCall): ToolCall {
  const id = usableId.test(call.id) && !callIds.has(call.id) ? call.id : `call_${host.newId()}`;
  callIds.add(id);
  return id === call.id ? call : { ...call, id };
}

/**
 * Adds what was said to the context: the model's own words, whatever filters showed the reader. What the history will
 * say by itself is left to it: then a turn without tools and hooks writes nothing.
 */
async function* remember(
  talk: Talk,
  { hooks, context }: Round,
  { heard, shown, calls, from }: Heard & { readonly calls: readonly ToolCall[]; readonly from: number },
): Steps {
  const reasoning = heard.reasoning();
  const answer = yield* hooks.postCall({
    role: "assistant",
    content: heard.text(),
    ...(calls.length > 0 && { tool_calls: calls, ...(reasoning !== "" && { reasoning_content: reasoning }) }),
  });
  if (calls.length === 0 && answer.content === shown.text()) return;
  const { voices } = talk.said;
  const spoken = voices.indexOf("assistant", from);
  // Without a word it stands at the first line that the round left, be it the one that its first call is about to leave.
  if (spoken !== -1) await context.add(answer, spoken);
  else if (voices.length > from || calls.length > 0) await context.add(answer, from);
}
