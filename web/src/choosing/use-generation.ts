import { useMutation, useQueryClient } from "@tanstack/react-query";
import { changeThread } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { GenerationSettings, ThreadDetail, ThreadEntry } from "../api/wire.ts";
import { drafts } from "../composer/drafts.ts";
import { useChosen } from "../composer/use-draft.ts";
import { knownSettings } from "./known-settings.ts";
import { threadScope } from "./thread-scope.ts";

export type Generation = {
  /** What differs from the model's own default. */
  readonly settings: GenerationSettings;
  /** Keeps these and no others. */
  readonly change: (settings: GenerationSettings) => void;
  readonly error: unknown;
};

const none: GenerationSettings = {};

/**
 * How answers are generated: the thread's own on the server; of a chat that has not begun, what will go with it.
 * @param place where its draft is kept.
 */
export function useGeneration(
  threadId: string | null,
  thread: ThreadEntry | undefined,
  place: string,
): Generation {
  const client = useQueryClient();
  const { settings: fresh = none } = useChosen(place);
  const id = threadId ?? "";
  const key = queryKeys.thread(id);
  const { mutate, error } = useMutation({
    mutationFn: (settings: GenerationSettings) => changeThread(id, { settings }),
    onMutate: (settings) => {
      client.setQueryData<ThreadDetail>(key, (known) => known && { ...known, settings });
    },
    onError: () => client.invalidateQueries({ queryKey: key }),
    ...threadScope(threadId),
  });
  return threadId === null
    ? { settings: fresh, change: (settings) => drafts.choose(place, { settings }), error: null }
    : { settings: thread === undefined ? none : knownSettings(thread.settings), change: mutate, error };
}
