import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { ApiError } from "../api/api-error.ts";
import { sendMessage } from "../api/calls.ts";
import { threadScope } from "../choosing/thread-scope.ts";
import type { Choice } from "../choosing/use-choice.ts";
import { adoptRunning, adoptTurn } from "../conversation/adopt-turn.ts";
import { newKey } from "../lib/new-key.ts";
import { words } from "../words/language.ts";
import { threadHash } from "../workspace/route.ts";
import { goTo } from "../workspace/use-route.ts";
import { commandNotes } from "./command-notes.ts";
import { contentOf, drafts } from "./drafts.ts";
import { trouble } from "./trouble.ts";

/** Texts on their way from this page; any other that a draft tells of was cut off by a reload. */
const onTheirWay = new Set<string>();

/**
 * Sends what is written. It leaves the composer at once and comes back if the server cannot have it: nothing typed is
 * lost. The same text tried again carries the same key, so it never stands there twice.
 */
export function useSend(
  threadId: string | null,
  place: string,
  { model, systemPrompt, generation, plan }: Choice,
) {
  const client = useQueryClient();
  const voice = { model, systemPrompt };
  const fresh = threadId === null && Object.keys(generation.settings).length > 0;
  const settings = fresh ? generation.settings : undefined;
  const planMode = threadId === null ? plan.mode : undefined; // a thread has its own
  const mutation = useMutation({
    mutationFn: (sending: { content: string; key: string }) =>
      sendMessage({ threadId, voice, settings, planMode, ...sending }),
    ...threadScope(threadId),
    onSuccess: (turn, { content }) => {
      drafts.arrived(place);
      if (threadId === null) {
        drafts.choose(place, undefined); // the next chat begins anew
        commandNotes.move(place, place.replace(/:[^:]*$/, `:${turn.thread_id}`));
      }
      adoptTurn(client, turn, {
        content,
        model: model ?? "",
        systemPrompt: systemPrompt ?? "",
        planMode,
      });
      const here = threadId === null && location.hash.length <= 2;
      if (here) goTo(threadHash(turn.thread_id));
    },
    onError: (error) => {
      if (error instanceof ApiError && error.turnId !== undefined && threadId !== null)
        adoptRunning(client, { thread_id: threadId, turn_id: error.turnId });
      drafts.returned(place, trouble(error, words()));
    },
    onSettled: () => onTheirWay.delete(place),
  });

  useEffect(() => {
    if (!onTheirWay.has(place)) drafts.returned(place, words().composer.cutOff);
  }, [place]);

  return () => {
    const { failed, sending, ...written } = drafts.read(place);
    const content = contentOf(written);
    if (content === "" || sending !== undefined) return;
    const key = failed?.content === content ? failed.key : newKey();
    onTheirWay.add(place);
    drafts.sent(place, key);
    mutation.mutate({ content, key });
  };
}
