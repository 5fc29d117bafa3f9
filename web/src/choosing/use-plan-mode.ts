import { useMutation, useQueryClient } from "@tanstack/react-query";
import { changeThread } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { PlanMode, ThreadDetail, ThreadEntry } from "../api/wire.ts";
import { drafts } from "../composer/drafts.ts";
import { useChosen } from "../composer/use-draft.ts";
import { threadScope } from "./thread-scope.ts";

export type PlanChoice = {
  /** Absent: answers are not planned. */
  readonly mode: PlanMode | undefined;
  readonly change: (mode: PlanMode | undefined) => void;
  readonly error: unknown;
};

/**
 * How answers are planned: the thread's own on the server; of a chat that has not begun, what will go with it.
 * @param place where its draft is kept.
 */
export function usePlanMode(
  threadId: string | null,
  thread: ThreadEntry | undefined,
  place: string,
): PlanChoice {
  const client = useQueryClient();
  const { planMode } = useChosen(place);
  const id = threadId ?? "";
  const key = queryKeys.thread(id);
  const { mutate, error } = useMutation({
    mutationFn: (mode: PlanMode | undefined) => changeThread(id, { plan_mode: mode ?? null }),
    onMutate: (mode) => {
      client.setQueryData<ThreadDetail>(key, (known) => known && { ...known, plan_mode: mode ?? null });
    },
    onError: () => client.invalidateQueries({ queryKey: key }),
    ...threadScope(threadId),
  });
  return threadId === null
    ? { mode: planMode, change: (mode) => drafts.choose(place, { planMode: mode }), error: null }
    : { mode: thread?.plan_mode ?? undefined, change: mutate, error };
}
