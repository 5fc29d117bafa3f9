import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { getAbsentProviders, getModels, getPrompts } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { AbsentProvider, MessageEntry, ModelEntry, Prompts, ThreadDetail } from "../api/wire.ts";
import { drafts } from "../composer/drafts.ts";
import { useChosen } from "../composer/use-draft.ts";
import { useWords } from "../words/language.ts";
import { keepLastUsed, type LastUsed, readLastUsed } from "./last-used.ts";
import { firstOffered, realModels } from "./model-groups.ts";
import { type Generation, useGeneration } from "./use-generation.ts";
import { type LookAgain, useLookAgain } from "./use-look-again.ts";
import { type PlanChoice, usePlanMode } from "./use-plan-mode.ts";
import { firstChoices, onlyScript, whyNoModel } from "./why-no-model.ts";

type Voice = { readonly model?: string | undefined; readonly systemPrompt?: string | undefined };

export type Choice = {
  readonly models: readonly ModelEntry[];
  /** Whose models are not among them now. */
  readonly absent: readonly AbsentProvider[];
  /** Models used from this browser, the last one first. */
  readonly lastModels: readonly string[];
  readonly prompts: Prompts;
  readonly model: string | undefined;
  readonly systemPrompt: string | undefined;
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
 * Which model and prompt answer here: what is chosen now, else who answered last in the thread, else what the thread
 * began with, else what was used last.
 * @param place where the thread's draft is kept: what was chosen since the last message stands beside it.
 */
export function useChoice(
  thread: ThreadDetail | undefined,
  place: string,
  entries: readonly MessageEntry[] = [],
): Choice {
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
  const generation = useGeneration(thread, place);
  const look = useLookAgain();
  const plan = usePlanMode(thread, place);
  const chosen = useChosen(place);
  const [lastUsed, setLastUsed] = useState<LastUsed>(readLastUsed);

  // Once the thread itself has it, the thread is followed again: another window may choose something else.
  const last = thread?.last_turn;
  const threadModel =
    last?.model ?? entries.findLast(({ role }) => role === "assistant")?.model ?? thread?.model;
  const threadPrompt = last?.system_prompt ?? thread?.system_prompt;
  useEffect(() => {
    const { model, systemPrompt } = drafts.read(place).chosen ?? {};
    drafts.choose(place, {
      ...(model === threadModel && { model: undefined }),
      ...(systemPrompt === threadPrompt && { systemPrompt: undefined }),
    });
  }, [threadModel, threadPrompt, place]);

  const offered = models.data ?? [];
  const keys = Object.keys(prompts.data ?? {});
  const model =
    chosen.model ??
    (threadModel || undefined) ??
    firstOffered(
      firstChoices(offered).map(({ id }) => id),
      [lastUsed.model],
    );
  const systemPrompt = firstOffered(keys, [
    chosen.systemPrompt,
    threadPrompt,
    thread === undefined ? lastUsed.systemPrompt : undefined,
    "default",
  ]);
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
    model,
    systemPrompt,
    choose: (change) => {
      drafts.choose(place, change);
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
