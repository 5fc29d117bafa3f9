import { useMemo, useSyncExternalStore } from "react";
import { parseRoute, type Route } from "./route.ts";

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => parseRoute(hash), [hash]);
}

export function goTo(hash: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", hash);
  else history.pushState(null, "", hash);
  // Neither call tells anybody.
  dispatchEvent(new PopStateEvent("popstate"));
}

function subscribe(listener: () => void): () => void {
  addEventListener("popstate", listener);
  addEventListener("hashchange", listener);
  return () => {
    removeEventListener("popstate", listener);
    removeEventListener("hashchange", listener);
  };
}
