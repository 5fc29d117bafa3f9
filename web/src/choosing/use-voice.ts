import { useMutation, useQueryClient } from "@tanstack/react-query";
import { changeVoice, type Voice } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { ThreadDetail } from "../api/wire.ts";
import { drafts } from "../composer/drafts.ts";
import { useChosen } from "../composer/use-draft.ts";
import { threadScope } from "./thread-scope.ts";

/**
 * Which model and prompt were chosen: the thread's own on the server, in every window; of a chat that has not begun, what
 * will go with it.
 * @param place where its draft is kept.
 */
export function useVoice(
  threadId: string | null,
  thread: ThreadDetail | undefined,
  place: string,
): Voice & { readonly change: (change: Voice) => void; readonly error: unknown } {
  const client = useQueryClient();
  const { model, systemPrompt } = useChosen(place);
  const id = threadId ?? "";
  const key = queryKeys.thread(id);
  const { mutate, error } = useMutation({
    mutationFn: (change: Voice) => changeVoice(id, change),
    onMutate: (change) => {
      client.setQueryData<ThreadDetail>(
        key,
        (known) =>
          known && {
            ...known,
            model: change.model ?? known.model,
            system_prompt: change.systemPrompt ?? known.system_prompt,
          },
      );
    },
    onError: () => client.invalidateQueries({ queryKey: key }),
    ...threadScope(threadId),
  });
  return threadId === null
    ? { model, systemPrompt, change: (change) => drafts.choose(place, change), error: null }
    : { model: thread?.model, systemPrompt: thread?.system_prompt, change: mutate, error };
}
