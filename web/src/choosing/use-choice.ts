import { useQuery } from "@tanstack/react-query";
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
import { type PlanChoice, usePlanMode } from "./use-plan-mode.ts";

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
  readonly lookAgain: () => void;
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
  const models = useQuery({
    queryKey: queryKeys.models,
    queryFn: getModels,
    select: realModels,
    ...glance,
  });
  const absent = useQuery({
    queryKey: queryKeys.absentProviders,
    queryFn: getAbsentProviders,
    enabled: models.isSuccess, // it tells of the list that was asked for last
    ...glance,
  });
  const prompts = useQuery({ queryKey: queryKeys.prompts, queryFn: getPrompts, staleTime: 60_000 });
  const generation = useGeneration(thread, place);
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
      offered.map(({ id }) => id),
      [lastUsed.model],
    );
  const systemPrompt = firstOffered(keys, [
    chosen.systemPrompt,
    threadPrompt,
    thread === undefined ? lastUsed.systemPrompt : undefined,
    "default",
  ]);
  const trouble = models.isError
    ? words.modelsNotLoaded
    : models.isSuccess && offered.length === 0
      ? words.noModelAtAll
      : undefined;
  return {
    models: offered,
    absent: absent.data ?? [],
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
    lookAgain: () => void models.refetch().then(() => absent.refetch()),
  };
}
