import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getModels, getPrompts } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { ModelEntry, Prompts, ThreadEntry } from "../api/wire.ts";
import { keepLastUsed, type LastUsed, readLastUsed } from "./last-used.ts";
import { firstOffered, realModels } from "./model-groups.ts";

export type Choice = {
  readonly models: readonly ModelEntry[];
  readonly prompts: Prompts;
  readonly model: string | undefined;
  readonly systemPrompt: string | undefined;
  readonly choose: (change: LastUsed) => void;
  /** Why there is nothing to choose; absent when there is. */
  readonly trouble?: string;
  readonly lookAgain: () => void;
};

/** Which model and prompt answer here: what is chosen now, else the thread's own, else what was used last. */
export function useChoice(thread: ThreadEntry | undefined): Choice {
  const models = useQuery({
    queryKey: queryKeys.models,
    queryFn: getModels,
    select: realModels,
    // Models come and go without an event; a glance at the list is cheap.
    staleTime: 60_000,
    refetchOnWindowFocus: true,
  });
  const prompts = useQuery({ queryKey: queryKeys.prompts, queryFn: getPrompts, staleTime: 60_000 });
  const [chosen, setChosen] = useState<LastUsed>({});
  const [lastUsed] = useState(readLastUsed);

  const offered = models.data ?? [];
  const keys = Object.keys(prompts.data ?? {});
  const model =
    chosen.model ??
    (thread?.model || undefined) ??
    firstOffered(
      offered.map(({ id }) => id),
      [lastUsed.model],
    );
  const systemPrompt = firstOffered(keys, [
    chosen.systemPrompt,
    thread?.system_prompt,
    thread === undefined ? lastUsed.systemPrompt : undefined,
    "default",
  ]);
  const trouble = models.isError
    ? "The list of models could not be loaded."
    : models.isSuccess && offered.length === 0
      ? "No model is available. Start Ollama, LM Studio or llama-server on the server, or set OPENAI_API_KEY there."
      : undefined;
  return {
    models: offered,
    prompts: prompts.data ?? {},
    model,
    systemPrompt,
    choose: (change) => {
      setChosen({ ...chosen, ...change });
      keepLastUsed({ model, systemPrompt, ...change });
    },
    ...(trouble === undefined ? {} : { trouble }),
    lookAgain: () => void models.refetch(),
  };
}
