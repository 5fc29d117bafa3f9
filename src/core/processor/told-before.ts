import { given } from "../../lib/given.ts";
import { planCallId } from "../../lib/plan-answer.ts";
import type { PlanStep } from "../../protocols/plan.ts";
import type { ToolOutcome } from "../../protocols/tools.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";
import type { Segments } from "./segments.ts";

/** A call that the reader was told of before the server died. */
export type ToldCall = {
  readonly consent?: "asked" | "approved" | "refused";
  /** It was asked about because it had begun before: a no leaves it as it is, however far it came. */
  readonly again?: true;
  /** What the user made of its arguments. */
  readonly arguments?: string;
  /** What became of it, and the place of the line that says so. */
  readonly result?: { readonly outcome: ToolOutcome; readonly place: number };
};

/** A plan that the reader was told of. */
export type ToldPlan = {
  readonly steps: readonly PlanStep[];
  /** Who made it. */
  readonly model: string;
  /** In its own words. */
  readonly said: string;
  readonly consent?: ToldCall["consent"];
  /** What the user made of the steps. */
  readonly arguments?: string;
  /** The steps are those that the user left. */
  readonly changed?: true;
};

/** What a turn that goes on has told before. */
export type ToldBefore = {
  readonly calls: ReadonlyMap<string, ToldCall>;
  readonly plan?: ToldPlan;
  /** How many messages the reader knows to be left out. */
  readonly leftOut: number;
};

/** Reads it, and has `segments` hear it. */
export function toldBefore(events: readonly TurnEvent[], segments: Segments): ToldBefore {
  const calls = new Map<string, ToldCall>();
  let leftOut = 0;
  let plan: ToldPlan | undefined;
  let said = "";
  for (const { event, data } of events) {
    segments.hear([{ event, data } as TurnEvent]);
    if (event === "context") leftOut = data.left_out;
    else if (event === "plan_tokens") said += data.content;
    else if (event === "plan")
      plan = { ...plan, steps: data.steps, model: data.model, said, ...(plan?.consent && { changed: true }) };
    else if (event === "plan_step") noteStep(data.step, data.state);
    else if (event === "tool_call") calls.set(data.call_id, {});
    else if (event === "approval_request")
      note(data.call_id, { consent: "asked", ...given({ again: data.again }) });
    else if (event === "approval")
      note(data.call_id, {
        consent: data.approved ? "approved" : "refused",
        ...given({ arguments: data.arguments }),
      });
    else if (event === "tool_result") {
      const outcome = { content: data.content, ...(data.failed && { failed: true as const }) };
      note(data.call_id, { result: { outcome, place: segments.voices.length } }); // its line comes next
    }
  }
  return { calls, leftOut, ...given({ plan }) };

  function noteStep(step: number, state: "doing" | "done"): void {
    const found = plan?.steps[step - 1];
    if (plan !== undefined && found !== undefined)
      plan = { ...plan, steps: plan.steps.with(step - 1, { ...found, state }) };
  }

  function note(callId: string, news: ToldCall): void {
    if (callId === planCallId) plan = plan && { ...plan, ...news };
    else calls.set(callId, { ...calls.get(callId), ...news });
  }
}
