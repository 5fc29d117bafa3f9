/** How a thread answers in two steps: one model plans, another carries it out. */
export type PlanMode = {
  /** The model that writes the plan. */
  readonly planner: string;
  /** The model that carries it out, in place of the one the thread or the message names. */
  readonly answerer: string;
  /** The user looks at the plan first, and may change it; otherwise the answer follows by itself. */
  readonly review?: boolean;
};

/** A step of a plan, as it stands. Steps are counted from 1, in their order. */
export type PlanStep = {
  /** What is to be done; it may have several lines. */
  readonly text: string;
  /** The user has struck it out: it is not carried out, but keeps its number. */
  readonly struck?: true;
  /** How far it is; absent: not begun. */
  readonly state?: "doing" | "done";
};
