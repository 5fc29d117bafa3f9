import type { PlanStep } from "../../protocols/plan.ts";
import type { ThreadMessage } from "../../protocols/threads.ts";
import type { Talk } from "./talk.ts";
import type { ToldPlan } from "./told-before.ts";

/** The plan of an answer that is gone on with, and the message of the user's that it was made for. */
export type PlanAbove = ToldPlan & { readonly messageId: string };

/** How many entries are read at a time. */
const page = 100;

/** Looks for it between the end of the answer and its question. */
export async function planAbove({ host, turn }: Talk): Promise<PlanAbove | undefined> {
  const threads = await host.get("thread");
  let plan: PlanKept | undefined;
  let said = "";
  for (let entries: readonly ThreadMessage[] = [turn.message]; ; ) {
    for (const entry of entries.toReversed()) {
      plan ??= planIn(entry);
      if (entry.role === "plan") said = entry.content + said;
      if (entry.role === "user") return plan && { ...plan, said, messageId: entry.id };
    }
    const before = entries[0]?.id;
    if (before === undefined) return undefined;
    entries = await threads.getThreadMessages(turn, { before, limit: page });
  }
}

type PlanKept = { readonly steps: readonly PlanStep[]; readonly model: string };

/** As the end of a turn keeps it: `TurnMeta` of src/turns/history-entries.ts. */
function planIn({ meta }: ThreadMessage): PlanKept | undefined {
  const { plan } = (meta?.turn ?? {}) as { readonly plan?: PlanKept };
  return plan && { steps: plan.steps, model: plan.model };
}
