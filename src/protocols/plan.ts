/** How a thread answers in two steps: one model plans, another carries it out. */
export type PlanMode = {
  /** The model that writes the plan. */
  readonly planner: string;
  /** The model that carries it out, in place of the one the thread or the message names. */
  readonly answerer: string;
  /** The user looks at the plan first, and may change it; otherwise the answer follows by itself. */
  readonly review?: boolean;
};
