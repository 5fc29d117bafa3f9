import { given } from "../../lib/given.ts";
import { parsePlanAnswer, planCallId } from "../../lib/plan-answer.ts";
import { planText } from "../../lib/plan-text.ts";
import type { PreCall } from "../../protocols/function-plugin.ts";
import type { ConsentAnswer } from "../../protocols/message-processor.ts";
import type { PlanStep } from "../../protocols/plan.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";
import type { Hooks } from "./hooks.ts";
import { makePlan } from "./make-plan.ts";
import { roomFor } from "./model-window.ts";
import { planAbove } from "./plan-above.ts";
import { type PlanProgress, planProgress } from "./plan-progress.ts";
import { answererPrompt, fittingPlan } from "./plan-prompts.ts";
import type { Talk } from "./talk.ts";
import { type Steps, silently } from "./tell-steps.ts";
import type { ToldPlan } from "./told-before.ts";
import type { Prompt, TurnContext } from "./turn-context.ts";

/** How an answer is given by a plan. */
export type ByPlan = {
  /** The answering model, with what hooks made of the system prompt and the tools. */
  readonly call: PreCall;
  /** What it is told in place of the user's own words. */
  readonly prompt: Prompt;
  readonly progress: PlanProgress;
  /** How many messages the planning model was not shown. */
  readonly leftOut: number;
};

type Parts = { readonly hooks: Hooks; readonly context: TurnContext };

/** A plan as it is to be carried out, and what it is for. */
type Plan = ToldPlan & {
  readonly messageId: string;
  /** The user's words, as hooks left them. */
  readonly question: string;
  readonly leftOut?: number;
};

/**
 * What comes before an answer by a plan: the plan itself, unless it is there, and the user's word about it.
 * @param call as hooks left it for the user's message.
 * @returns `undefined` where nothing is planned, `"left"` where the user does not want it carried out.
 */
export async function* planPhase(
  talk: Talk,
  parts: Parts,
  call: PreCall,
): Steps<ByPlan | "left" | undefined> {
  const plan =
    talk.turn.message.role === "user" ? yield* ownPlan(talk, parts, call) : yield* restOf(talk, parts);
  if (plan === undefined || plan === "left") return plan;
  const { steps, said, messageId, question, changed, leftOut = talk.before.leftOut } = plan;
  const words = planText(steps, said);
  // What the user has a part in is theirs; hooks that count or look at what users say see it as such.
  const asked: PreCall = {
    ...call,
    model: talk.turn.model,
    message: { role: changed ? "user" : "assistant", content: words },
  };
  const hooked = parts.hooks.preCall(asked);
  const passed = talk.turn.before === undefined ? yield* hooked : await silently(hooked);
  const room = await roomFor(talk, passed);
  const fitting = fittingPlan(passed.message.content, room, answererPrompt(question, ""));
  return {
    call: passed,
    prompt: { messageId, content: answererPrompt(question, fitting) },
    progress: planProgress(talk, steps),
    leftOut,
  };
}

/** The plan of a turn that plans: made once in all its lives. */
async function* ownPlan(talk: Talk, parts: Parts, call: PreCall): Steps<Plan | "left" | undefined> {
  const { turn, before } = talk;
  if (turn.planMode === undefined) return undefined;
  const made = before.plan ?? (yield* makePlan(talk, parts, call));
  const plan: Plan = { ...made, messageId: turn.message.id, question: call.message.content };
  if (!turn.planMode.review) return plan;
  const { approved, arguments: left } = await wordOn(talk, plan);
  if (!approved) return "left";
  const steps = left === undefined ? plan.steps : parsePlanAnswer(left);
  if (isSame(steps, plan.steps)) return plan;
  yield [planEvent(talk, steps, plan.model)];
  return { ...plan, steps, changed: true };
}

/** What the user says of the plan, or has said before the server died. */
async function wordOn({ turn }: Talk, { steps, consent, arguments: left }: ToldPlan): Promise<ConsentAnswer> {
  if (consent === "approved") return { approved: true, ...given({ arguments: left }) };
  if (consent === "refused") return { approved: false };
  return turn.consent({ callId: planCallId, name: planCallId, arguments: JSON.stringify(steps) });
}

/** The plan of an answer that was cut short, as far as it had come: the rest of it goes on there. */
async function* restOf(talk: Talk, { context }: Parts): Steps<Plan | undefined> {
  const above = await planAbove(talk);
  if (above === undefined) return undefined;
  const { messageId, ...plan } = above;
  // Where a compressor has summed the question up, the model has the summary.
  const question = (await context.shown()).find(({ id }) => id === messageId)?.content ?? "";
  if (talk.before.plan === undefined) yield [planEvent(talk, plan.steps, plan.model)];
  return { ...plan, ...given({ steps: talk.before.plan?.steps }), messageId, question };
}

const planEvent = ({ timestamp }: Talk, steps: readonly PlanStep[], model: string): TurnEvent => ({
  event: "plan",
  data: { steps, model, timestamp: timestamp() },
});

const isSame = (one: readonly PlanStep[], other: readonly PlanStep[]): boolean =>
  one.length === other.length &&
  one.every(({ text, struck }, at) => text === other[at]?.text && struck === other[at]?.struck);
