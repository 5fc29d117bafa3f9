import { codeOf } from "../../lib/errors.ts";
import { given } from "../../lib/given.ts";
import { inSentences } from "../../lib/in-sentences.ts";
import type { CodedError } from "../../protocols/errors.ts";
import type { PreCall } from "../../protocols/function-plugin.ts";
import type { ChatMessage, ToolCall } from "../../protocols/model.ts";
import type { Tool } from "../../protocols/tool.ts";
import type { ToolOutcome, Tools } from "../../protocols/tools.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";
import { type Hooks, openHooks } from "./hooks.ts";
import { type ByPlan, planPhase } from "./plan-phase.ts";
import { roundBefore } from "./round-before.ts";
import { runCalls } from "./run-calls.ts";
import { stoppedByFunction } from "./run-hook.ts";
import { type Spoken, speakRound } from "./speak-round.ts";
import { line, type Talk } from "./talk.ts";
import { type Steps, silently } from "./tell-steps.ts";
import { askedIn, type TurnContext, turnContext } from "./turn-context.ts";

/**
 * The whole flow: hooks, the message into the context, in plan mode the plan, then rounds: the model speaks, and as long as it calls tools
 * they run and it is asked again.
 */
export async function* answerTurn(talk: Talk): Steps {
  let context: TurnContext | undefined;
  try {
    const { call, ...ready } =
      talk.turn.before === undefined ? yield* begin(talk) : await silently(begin(talk));
    context = turnContext(talk, await talk.host.get("context"), call.message);
    const parts = { ...ready, context };
    const plan = yield* planPhase(talk, parts, call);
    if (plan === "left") return;
    const { cutOff } = yield* rounds(talk, { ...parts, ...given({ plan }) }, plan?.call ?? call);
    if (plan !== undefined && !cutOff && !talk.signal.aborted) yield plan.progress.finish();
  } catch (error) {
    if (!talk.signal.aborted) yield [failure(talk, error)];
  } finally {
    await context?.forgetReasoning().catch((error: unknown) => {
      talk.host.log.warn({ err: error, turn: talk.turn.turnId }, "reasoning stays in the context");
    });
  }
}

type Parts = {
  readonly hooks: Hooks;
  readonly tools: Tools;
  /** What the model may call. */
  readonly known: readonly Tool[];
  readonly context: TurnContext;
  /** By which it is answered. */
  readonly plan?: ByPlan;
};

/** Everything that stands ready before the model is asked. */
async function* begin(talk: Talk): Steps<Omit<Parts, "context" | "plan"> & { readonly call: PreCall }> {
  const { host, turn } = talk;
  const [functions, tools, systemPrompt] = await Promise.all([
    host.get("functions").then((role) => role.getFunctions()),
    host.get("tools"),
    systemPromptOf(talk),
  ]);
  const known = await tools.getTools({ userId: turn.userId });
  const hooks = openHooks(talk, functions);
  const call = yield* hooks.preCall({
    message: askedIn(talk),
    model: turn.planMode?.planner ?? turn.model,
    ...(systemPrompt && { systemPrompt }),
    tools: known.map(({ name, description, parameters }) => ({ name, description, parameters })),
  });
  return { hooks, tools, known, call };
}

/** The prompt's text; none for an unknown key or an empty prompt, as `zero` is. */
async function systemPromptOf({ host, turn }: Talk): Promise<string | undefined> {
  if (turn.instructions !== undefined) return turn.instructions;
  const prompts = await host.get("system_prompt");
  return prompts.getPrompt({ userId: turn.userId, key: turn.systemPrompt });
}

/** Said to the model beneath everything when it may call no more tools. */
const sumUp: ChatMessage = {
  role: "user",
  content:
    "You have called tools as often as one answer may. Answer now with what you know, without calling tools, and say " +
    "what is missing.",
};

/** Until the model calls no more tools, or may call no more. */
async function* rounds(talk: Talk, parts: Parts, first: PreCall): Steps<Pick<Spoken, "cutOff">> {
  const most = talk.host.config.tools.max_rounds;
  let call = first;
  let { leftOut } = parts.plan ?? talk.before;
  async function* result(
    { id }: ToolCall,
    { content }: ToolOutcome,
    place = talk.said.voices.length - 1,
  ): Steps {
    // The place is that of the line which told of the result.
    const message = { role: "tool", tool_call_id: id, content } as const;
    call = yield* parts.hooks.preCall({ ...call, message });
    await parts.context.add({ ...message, content: call.message.content }, place);
  }
  const { round: from, calls, results } = roundBefore(talk, await parts.context.added());
  for (const { call: done, outcome, place } of results) yield* result(done, outcome, place);
  for (const { id } of calls) talk.callIds.add(id);
  yield* runCalls(talk, { ...parts, calls }, result);
  for (let round = from; round < most; round += 1) {
    const spoken = yield* speakRound(talk, { ...parts, call, leftOut });
    if (spoken.calls.length === 0) return spoken;
    leftOut = spoken.leftOut;
    yield* runCalls(talk, { ...parts, calls: spoken.calls }, result);
  }
  yield [
    line(talk, `The model called tools in ${most} rounds, which is the limit. It sums up without them.`),
  ];
  return yield* speakRound(talk, { ...parts, call: { ...call, tools: [] }, last: sumUp, leftOut });
}

/** What to tell the reader. @throws `error` when it is no failure that a turn knows. */
function failure({ host, turn, timestamp }: Talk, error: unknown): TurnEvent {
  const code = codeOf(error);
  const thrown = error as CodedError & { readonly details?: { readonly upstreamStatus?: number } };
  const { message, details } = thrown;
  if (code === stoppedByFunction) return { event: "error", data: { message, timestamp: timestamp() } };
  if (!code.startsWith("upstream_") && code !== "model_not_found") throw error;
  host.log.warn({ err: error, turn: turn.turnId, model: turn.model }, "the model failed");
  return {
    event: "error",
    data: {
      message: inSentences(thrown),
      code,
      ...given({ upstream_status: details?.upstreamStatus }),
      timestamp: timestamp(),
    },
  };
}
