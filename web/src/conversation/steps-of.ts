import { readPlan } from "../../../src/lib/read-plan.ts";
import type { PlanPart, StepView } from "./answer-parts.ts";

/** The steps of a plan, as far as it is written. */
export const stepsOf = ({ steps, said }: PlanPart): readonly StepView[] =>
  steps ?? readPlan(said).steps.map((text) => ({ text }));
