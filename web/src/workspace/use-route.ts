import { useMemo, useSyncExternalStore } from "react";
import { archivedHash, parseRoute, type Route, type Side, searchHash, sideOf } from "./route.ts";

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => parseRoute(hash), [hash]);
}

/**
 * What stands in the place of the list of threads: what the address names or, beside a thread that was opened from
 * there, what it was opened from. The browser's history keeps it, so that going back finds it again.
 */
export function useSide(route: Route): Side | undefined {
  const kept = useSyncExternalStore(subscribe, keptSide);
  return useMemo(() => sideOf(route) ?? sideOf(parseRoute(kept)), [route, kept]);
}

export function goTo(hash: string, options: { replace?: boolean; side?: Side | undefined } = {}): void {
  const { replace = false, side } = options;
  const state = side && { side: side.at === "archived" ? archivedHash : searchHash(side.query) };
  if (replace) history.replaceState(state, "", hash);
  else history.pushState(state, "", hash);
  // Neither call tells anybody.
  dispatchEvent(new PopStateEvent("popstate"));
}

function keptSide(): string {
  const kept: unknown = (history.state as { side?: unknown } | null)?.side;
  return typeof kept === "string" ? kept : "";
}

function subscribe(listener: () => void): () => void {
  addEventListener("popstate", listener);
  addEventListener("hashchange", listener);
  return () => {
    removeEventListener("popstate", listener);
    removeEventListener("hashchange", listener);
  };
}
