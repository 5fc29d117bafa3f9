import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { queryKeys } from "../api/query-keys.ts";
import type { Me } from "../api/wire.ts";
import { drafts } from "../composer/drafts.ts";
import type { StepView } from "./answer-parts.ts";
import { keptSteps, type ReviewedStep, reviewed } from "./review-steps.ts";

/** A plan while its reader changes it: like what is being written, it outlives a reload of the window. */
export function useKeptReview(planned: readonly StepView[], turnId: string) {
  const me = useQueryClient().getQueryData<Me | null>(queryKeys.me);
  const place = `${me?.username ?? ""}:plan:${turnId}`;
  const [steps, set] = useState(() => keptSteps(drafts.read(place).text) ?? reviewed(planned));
  return {
    steps,
    setSteps(next: readonly ReviewedStep[]): void {
      set(next);
      drafts.write(place, { text: JSON.stringify(next) });
    },
    /** It is answered: what was changed is on its way. */
    forget: () => drafts.write(place, { text: "" }),
  };
}
