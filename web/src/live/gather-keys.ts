import type { QueryKey } from "./news-keys.ts";

/** Gathers keys and hands them over together, each once, `ms` after the first of them. */
export function gatherKeys(flush: (keys: readonly QueryKey[]) => void, ms: number) {
  const waiting = new Map<string, QueryKey>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hand = () => {
    timer = undefined;
    const gathered = [...waiting.values()];
    waiting.clear();
    flush(gathered);
  };
  return {
    add(keys: readonly QueryKey[]): void {
      for (const key of keys) waiting.set(key.join("\n"), key);
      if (waiting.size > 0) timer ??= setTimeout(hand, ms);
    },
    close: (): void => clearTimeout(timer),
  };
}
