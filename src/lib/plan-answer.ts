import type { PlanStep } from "../protocols/plan.ts";
import { SkeletonError } from "./errors.ts";
import { mostSteps } from "./read-plan.ts";

/** The question whether a plan is carried out stands among the calls of its turn under this id and name. */
export const planCallId = "plan";

/**
 * The steps as a user left them, out of the JSON text that they answered with.
 * @throws `bad_input` for anything that is not a list of steps with at least one to be carried out.
 */
export function parsePlanAnswer(text: string): readonly PlanStep[] {
  const steps = parsed(text);
  if (!Array.isArray(steps) || !steps.every(isStep)) throw unusable("These are not the steps of a plan.");
  if (steps.length > mostSteps) throw unusable(`A plan has ${mostSteps} steps at most.`);
  if (steps.every(({ struck }) => struck)) throw unusable("No step of the plan is left.");
  return steps.map(({ text: words, struck }) => ({ text: words.trim(), ...(struck && { struck: true }) }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Given = { readonly text: string; readonly struck?: boolean };

/** `state` may stand there, as it does in the steps that were told; it is not the user's to say. */
function isStep(step: unknown): step is Given {
  if (typeof step !== "object" || step === null) return false;
  const { text, struck, state, ...more } = step as Record<string, unknown>;
  const known = struck === undefined || typeof struck === "boolean";
  return typeof text === "string" && text.trim() !== "" && known && Object.keys(more).length === 0;
}

const unusable = (message: string) =>
  new SkeletonError("bad_input", message, {
    hint: 'Send JSON like [{"text":"Look"},{"text":"Leap","struck":true}], or answer no.',
  });
