import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { getFreshModels } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import { onlyScript } from "./why-no-model.ts";

export type LookAgain = {
  /** Has the server ask every provider now. */
  readonly again: () => void;
  readonly looking: boolean;
  /** It was looked, and there is still no model. */
  readonly inVain: boolean;
};

/** Looking for models at somebody's wish, rather than every now and then. */
export function useLookAgain(): LookAgain {
  const client = useQueryClient();
  const [state, setState] = useState<"idle" | "looking" | "in vain">("idle");
  async function look(): Promise<void> {
    setState("looking");
    const fresh = { queryKey: queryKeys.models, queryFn: getFreshModels, staleTime: 0 };
    // What fails here is the query's own failure too, and told as such.
    const models = await client.fetchQuery(fresh).catch(() => undefined);
    setState(models !== undefined && onlyScript(models) ? "in vain" : "idle");
  }
  return { again: () => void look(), looking: state === "looking", inVain: state === "in vain" };
}
