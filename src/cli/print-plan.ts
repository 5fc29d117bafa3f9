import { planCallId } from "../lib/plan-answer.ts";
import { planText } from "../lib/plan-text.ts";
import type { PlanStep } from "../protocols/plan.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";

/**
 * Shows a plan beside the answer: its words as they come, the steps anew where the user has changed them, what became of
 * it; with `verbose` each step that begins.
 */
export function printPlan(err: (text: string) => void, verbose: boolean): (event: TurnEvent) => void {
  let said = "";
  let steps: readonly PlanStep[] = [];
  let told = false;
  const finish = () => {
    if (said !== "") err(said.endsWith("\n") ? "\n" : "\n\n");
    said = "";
  };
  return (event) => {
    switch (event.event) {
      case "plan_tokens":
        if (event.data.content === "") return;
        if (said === "") err(`Plan, by ${event.data.model}:\n`);
        said = event.data.content;
        err(said);
        return;
      case "plan":
        finish();
        steps = event.data.steps;
        if (told) err(`The plan as it is carried out:\n${planText(steps)}\n\n`);
        told = true;
        return;
      case "plan_step": {
        const { step, state } = event.data;
        if (verbose && state === "doing")
          err(`step ${step} of ${steps.length}: ${firstLine(steps[step - 1])}\n`);
        return;
      }
      case "approval":
        if (event.data.call_id === planCallId && !event.data.approved) err("The plan was not carried out.\n");
        return;
      case "error":
      case "stream_end":
        finish();
        return;
      default:
        return;
    }
  };
}

const firstLine = (step: PlanStep | undefined): string => step?.text.split("\n")[0] ?? "";
