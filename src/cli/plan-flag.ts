import { SkeletonError } from "../lib/errors.ts";
import type { PlanMode } from "../protocols/plan.ts";

export type PlanFlags = {
  /** As `--plan` has it; `false`: `--no-plan`. */
  readonly plan?: string | boolean;
  readonly review?: true;
};

/**
 * What the flags say of a plan: nothing, which models, or that there is to be none.
 * @throws `bad_input` for one that does not name two models.
 */
export function planModeOf({ plan, review }: PlanFlags): { readonly planMode?: PlanMode | null } {
  if (plan === false) return { planMode: null };
  if (typeof plan !== "string") {
    if (!review) return {};
    throw new SkeletonError("bad_input", "There is no plan to review.", {
      hint: "Say who plans and who answers: --plan PLANNER:ANSWERER --review.",
    });
  }
  // Many names have a colon of their own, and none a comma.
  const names = plan.split(plan.includes(",") ? "," : ":").map((name) => name.trim());
  const [planner, answerer, ...more] = names;
  if (planner && answerer && more.length === 0)
    return { planMode: { planner, answerer, ...(review && { review }) } };
  throw new SkeletonError("bad_input", `--plan ${plan} does not say which two models plan and answer.`, {
    hint: "Write --plan PLANNER:ANSWERER; names with a colon go with a comma: --plan llama3:8b,qwen3:30b.",
  });
}
