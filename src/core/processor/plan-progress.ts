import type { PlanStep } from "../../protocols/plan.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";
import type { Talk } from "./talk.ts";

/** How far an answer is with its plan. */
export type PlanProgress = {
  /** How many steps there are, struck ones counted. */
  readonly steps: number;
  /** A step begins: what is to be told of it, and of the one before. */
  reach(step: number): readonly TurnEvent[];
  /** The answer is whole: what is left is done. */
  finish(): readonly TurnEvent[];
};

export function planProgress({ timestamp }: Talk, steps: readonly PlanStep[]): PlanProgress {
  const states = steps.map(({ state }) => state);
  const set = (at: number, state: "doing" | "done"): readonly TurnEvent[] => {
    if (states[at] === state || steps[at]?.struck) return [];
    states[at] = state;
    return [{ event: "plan_step", data: { step: at + 1, state, timestamp: timestamp() } }];
  };
  return {
    steps: steps.length,
    reach(step) {
      const before = states.indexOf("doing");
      const left = before === -1 || before === step - 1 ? [] : set(before, "done");
      return [...left, ...set(step - 1, "doing")];
    },
    finish: () => steps.flatMap((_, at) => set(at, "done")),
  };
}
