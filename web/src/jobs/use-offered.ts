import { useQuery } from "@tanstack/react-query";
import { getModels, getPrompts } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import { realModels } from "../choosing/model-groups.ts";
import { useRoles } from "../roles/use-roles.ts";

/** What a job can be answered with. */
export function useOffered() {
  const models = useQuery({
    queryKey: queryKeys.models,
    queryFn: getModels,
    select: realModels,
    staleTime: 60_000,
  });
  const prompts = useQuery({ queryKey: queryKeys.prompts, queryFn: getPrompts, staleTime: 60_000 });
  return {
    models: models.data ?? [],
    prompts: Object.keys(prompts.data ?? {}),
    roles: useRoles().data ?? [],
  };
}
