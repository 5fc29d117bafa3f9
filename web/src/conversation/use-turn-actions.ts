import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { activateBranch, editMessage, goOn, regenerate, stopTurn, type Voice } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import { reload } from "../api/when-idle.ts";
import type { PlanMode } from "../api/wire.ts";
import { adoptRunning, adoptTurn, cutAfter } from "./adopt-turn.ts";

/**
 * What can be done with what stands in a thread.
 * @param place where its drafts are kept.
 * @param planMode by which its answers are planned.
 */
export function useTurnActions(
  threadId: string,
  place: string,
  voice: Voice,
  planMode: PlanMode | undefined,
) {
  const client = useQueryClient();
  const stop = useMutation({ mutationFn: stopTurn });
  const again = useMutation({
    mutationFn: ({ messageId, model }: { messageId: string; model?: string | undefined }) => {
      // Another model for an answer by a plan is another one that carries it out.
      const by = planMode && model !== undefined ? { ...planMode, answerer: model } : undefined;
      return regenerate(threadId, messageId, { ...voice, model: model ?? voice.model }, by);
    },
    onSuccess: (turn, { messageId }) => {
      cutAfter(client, threadId, messageId);
      adoptRunning(client, turn);
    },
  });
  const rest = useMutation({
    mutationFn: (messageId: string) => goOn(threadId, messageId, voice),
    onSuccess: (turn) => adoptRunning(client, turn),
  });
  const edit = useMutation({
    mutationFn: ({ messageId, content }: { messageId: string; content: string }) =>
      editMessage(threadId, messageId, content, voice),
    onSuccess: (turn, { messageId, content }) =>
      adoptTurn(client, turn, {
        content,
        model: voice.model ?? "",
        systemPrompt: voice.systemPrompt ?? "",
        cutAt: messageId,
      }),
  });
  const activate = useMutation({
    mutationFn: (messageId: string) => activateBranch(threadId, messageId),
    onSuccess: () => reload(client, queryKeys.messages(threadId)),
  });
  const { mutate: answerAgain } = again;
  const { mutate: continueAnswer } = rest;
  const { mutate: keepEdit } = edit;
  const { mutate: switchTo } = activate;
  // The same object as long as the thread is: a message is drawn again only when it changes.
  const actions = useMemo(
    () => ({ threadId, place, answerAgain, continueAnswer, keepEdit, switchTo }),
    [threadId, place, answerAgain, continueAnswer, keepEdit, switchTo],
  );
  return { stop, actions, error: again.error ?? rest.error ?? edit.error ?? activate.error };
}

export type Stopping = ReturnType<typeof useTurnActions>["stop"];
export type TurnActions = ReturnType<typeof useTurnActions>["actions"];
