import { SkeletonError } from "../../lib/errors.ts";
import { readPlan } from "../../lib/read-plan.ts";
import type { PreCall } from "../../protocols/function-plugin.ts";
import type { ModelEvent } from "../../protocols/model.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";
import { askModel } from "./ask-model.ts";
import { hearRound } from "./hearing.ts";
import type { Hooks } from "./hooks.ts";
import { plannerPrompt } from "./plan-prompts.ts";
import { speak } from "./speak.ts";
import type { Talk } from "./talk.ts";
import type { Steps } from "./tell-steps.ts";
import type { ToldPlan } from "./told-before.ts";
import type { TurnContext } from "./turn-context.ts";
import { turnEvents } from "./turn-events.ts";

/**
 * Lets the planning model speak, without tools, and tells the steps once it has. Nothing of it goes into the context.
 * @param call the planning model, the system prompt and the user's message, as hooks left them.
 * @throws what the model throws; `upstream_broken` when it says nothing.
 */
export async function* makePlan(
  talk: Talk,
  { hooks, context }: { readonly hooks: Hooks; readonly context: TurnContext },
  { model, message, ...call }: PreCall,
): Steps<ToldPlan & { readonly leftOut: number }> {
  const prompt = { messageId: talk.turn.message.id, content: plannerPrompt(message.content) };
  const asked = { ...call, model, tools: [] };
  const { leftOut, batches } = await askModel(talk, context, asked, { prompt });
  const timestamp = talk.timestamp();
  if (leftOut > 0) yield [{ event: "context", data: { left_out: leftOut, timestamp } }];
  const shown = hearRound();
  yield* speak(talk, { hooks, model, batches, tell: asPlan }, { heard: hearRound(), shown });
  const said = shown.text();
  const steps = readPlan(said).steps.map((text) => ({ text }));
  if (steps.length === 0)
    throw new SkeletonError("upstream_broken", `The model ${model} wrote no plan.`, {
      hint: "Try again, or choose another model to plan with.",
    });
  yield [{ event: "plan", data: { steps, model, timestamp: talk.timestamp() } }];
  return { steps, model, said, leftOut };
}

const asPlan = (batch: readonly ModelEvent[], model: string, timestamp: string): readonly TurnEvent[] =>
  turnEvents(batch, model, timestamp).map((told) =>
    told.event === "message_tokens" ? { event: "plan_tokens", data: told.data } : told,
  );
