import { given } from "../../lib/given.ts";
import type { PreCall } from "../../protocols/function-plugin.ts";
import type { ChatMessage, ToolCall } from "../../protocols/model.ts";
import { askModel } from "./ask-model.ts";
import { hearRound } from "./hearing.ts";
import type { Hooks } from "./hooks.ts";
import type { ByPlan } from "./plan-phase.ts";
import { type Heard, speak } from "./speak.ts";
import { line, type Talk } from "./talk.ts";
import type { Steps } from "./tell-steps.ts";
import type { TurnContext } from "./turn-context.ts";

/** One round: what it asks for. */
export type Round = {
  readonly hooks: Hooks;
  readonly context: TurnContext;
  /** Model, system prompt and tools, as hooks left them. */
  readonly call: PreCall;
  /** By which it is given. */
  readonly plan?: Pick<ByPlan, "prompt" | "progress">;
  /** Said to the model beneath everything else. */
  readonly last?: ChatMessage;
  /** How many messages the reader knows to be left out. */
  readonly leftOut: number;
};

export type Spoken = {
  /** What is to be run, in order. */
  readonly calls: readonly ToolCall[];
  readonly leftOut: number;
  /** It was cut off before its end. */
  readonly cutOff: boolean;
};

/** Lets the model speak once; what it said goes through `postCall` into the context. */
export async function* speakRound(talk: Talk, round: Round): Steps<Spoken> {
  const { hooks, plan, last, call } = round;
  const said = given({ last, prompt: plan?.prompt });
  const { leftOut, batches } = await askModel(talk, round.context, call, said);
  if (leftOut !== round.leftOut)
    yield [{ event: "context", data: { left_out: leftOut, timestamp: talk.timestamp() } }];
  const heard = hearRound();
  const shown = hooks.filterStream === undefined ? heard : hearRound();
  const from = talk.said.voices.length;
  const progress = given({ progress: plan?.progress });
  yield* speak(talk, { hooks, model: call.model, batches, ...progress }, { heard, shown });
  // Who may call no more tools and does so all the same is not heard.
  const calls = last === undefined ? yield* wellFormed(talk, shown.calls) : [];
  yield* remember(talk, round, { heard, shown, calls, from });
  return { calls, leftOut, cutOff: heard.cutOff() || shown.cutOff() };
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
