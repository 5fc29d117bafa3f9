import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { getAbsentProviders, getModels, getPrompts, type Voice } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { AbsentProvider, ModelEntry, Prompts, RoleEntry, ThreadDetail } from "../api/wire.ts";
import { useRoles } from "../roles/use-roles.ts";
import { useWords } from "../words/language.ts";
import { keepLastUsed, type LastUsed, readLastUsed } from "./last-used.ts";
import { firstOffered, realModels } from "./model-groups.ts";
import { type Generation, useGeneration } from "./use-generation.ts";
import { type LookAgain, useLookAgain } from "./use-look-again.ts";
import { type PlanChoice, usePlanMode } from "./use-plan-mode.ts";
import { useVoice } from "./use-voice.ts";
import { firstChoices, onlyScript, whyNoModel } from "./why-no-model.ts";

/** The prompt of whoever chose none. */
export const defaultPrompt = "default";

export type Choice = {
  readonly models: readonly ModelEntry[];
  /** Whose models are not among them now. */
  readonly absent: readonly AbsentProvider[];
  /** Models used from this browser, the last one first. */
  readonly lastModels: readonly string[];
  readonly prompts: Prompts;
  /** The reader's own chat roles and the shared ones; a role's key is chosen where a prompt's is. */
  readonly roles: readonly RoleEntry[];
  readonly model: string | undefined;
  /** Key of a prompt or of a chat role. In a thread it may be gone by now. */
  readonly systemPrompt: string | undefined;
  /** What the thread has is not known yet. */
  readonly isLoading: boolean;
  /** All that can be chosen is known. */
  readonly listed: boolean;
  /** Why the last change was not kept. */
  readonly error: unknown;
  readonly choose: (change: Voice) => void;
  readonly generation: Generation;
  readonly plan: PlanChoice;
  /** Why there is nothing to choose; absent when there is. */
  readonly trouble?: string;
  /** Why there is nothing but a script that stands in; absent when there is a model. */
  readonly noModel?: string;
  readonly look: LookAgain;
};

/**
 * Which model and prompt answer here: the thread's own; in a chat that has not begun what was chosen for it, else what was
 * used last.
 * @param threadId `null`: a chat that has not begun.
 * @param thread once it is loaded. What is chosen before that is the thread's, too.
 * @param place where its draft is kept.
 */
export function useChoice(threadId: string | null, thread: ThreadDetail | undefined, place: string): Choice {
  const { choosing: words } = useWords();
  // Models come and go without an event; a glance at the list is cheap.
  const glance = { staleTime: 60_000, refetchOnWindowFocus: true };
  const client = useQueryClient();
  const models = useQuery({
    queryKey: queryKeys.models,
    queryFn: getModels,
    select: realModels,
    ...glance,
    // Somebody who waits for a provider sees it come back.
    refetchInterval({ state }) {
      if (state.data === undefined) return false;
      if (onlyScript(realModels(state.data))) return 10_000;
      const missing = client.getQueryData<readonly AbsentProvider[]>(queryKeys.absentProviders);
      return missing?.length ? 30_000 : false;
    },
  });
  const absent = useQuery({
    queryKey: queryKeys.absentProviders,
    queryFn: getAbsentProviders,
    enabled: models.isSuccess,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { dataUpdatedAt: listed } = models;
  useEffect(() => {
    if (listed === 0) return;
    // It tells of the list that was asked for last.
    void client.invalidateQueries({ queryKey: queryKeys.absentProviders }, { cancelRefetch: false });
  }, [listed, client]);
  const prompts = useQuery({ queryKey: queryKeys.prompts, queryFn: getPrompts, staleTime: 60_000 });
  const generation = useGeneration(threadId, thread, place);
  const look = useLookAgain();
  const plan = usePlanMode(threadId, thread, place);
  const roles = useRoles();
  const voice = useVoice(threadId, thread, place);
  const [lastUsed, setLastUsed] = useState<LastUsed>(readLastUsed);

  const offered = models.data ?? [];
  const keys = [...Object.keys(prompts.data ?? {}), ...(roles.data ?? []).map(({ key }) => key)];
  const isLoading = threadId !== null && thread === undefined; // nobody knows what it has
  const model =
    (voice.model || undefined) ??
    (isLoading
      ? undefined
      : firstOffered(
          firstChoices(offered).map(({ id }) => id),
          [lastUsed.model],
        ));
  const systemPrompt =
    threadId === null
      ? firstOffered(keys, [voice.systemPrompt, lastUsed.systemPrompt, defaultPrompt])
      : voice.systemPrompt;
  const why =
    models.isSuccess && absent.data !== undefined
      ? whyNoModel(offered, absent.data, words, document.documentElement.lang)
      : undefined;
  const trouble = models.isError ? words.modelsNotLoaded : offered.length === 0 ? why : undefined;
  const noModel = offered.length === 0 ? undefined : why;
  return {
    models: offered,
    absent: absent.dataUpdatedAt < listed ? stillAbsent(absent.data, offered) : (absent.data ?? []),
    lastModels: lastUsed.models ?? [],
    prompts: prompts.data ?? {},
    roles: roles.data ?? [],
    model,
    systemPrompt,
    isLoading,
    listed: prompts.isSuccess && roles.isSuccess,
    error: voice.error,
    choose: (change) => {
      voice.change(change);
      setLastUsed(keepLastUsed({ model, systemPrompt, ...change }));
    },
    generation,
    plan,
    ...(trouble === undefined ? {} : { trouble }),
    ...(noModel === undefined ? {} : { noModel }),
    look,
  };
}

/** As long as the news of who is absent are older than the list: who is on the list again is not. */
const stillAbsent = (
  absent: readonly AbsentProvider[] = [],
  models: readonly ModelEntry[],
): readonly AbsentProvider[] =>
  absent.filter(({ models: had }) => !models.some(({ id }) => had.includes(id)));
