import type { KeptAnswers } from "./kept-answers.ts";

type Options = {
  readonly ttlMs: number;
  /** Keys and texts together; a character is counted as two bytes, which is the most that it takes. */
  readonly maxBytes: number;
  readonly now: () => Date;
};

/** Answers in the memory of this process; before there would be more than fits, those not asked for the longest leave. */
export function memoryAnswers({ ttlMs, maxBytes, now }: Options): KeptAnswers {
  const kept = new Map<string, { readonly text: string; readonly endsMs: number }>(); // the one used last stands last
  let bytes = 0;
  const sizeOf = (key: string, text: string) => 2 * (key.length + text.length);
  function forget(key: string): void {
    const known = kept.get(key);
    if (known === undefined) return;
    bytes -= sizeOf(key, known.text);
    kept.delete(key);
  }
  return {
    async get(key) {
      const known = kept.get(key);
      if (known === undefined) return undefined;
      if (known.endsMs <= now().getTime()) {
        forget(key);
        return undefined;
      }
      kept.delete(key);
      kept.set(key, known);
      return known.text;
    },
    async set(key, text) {
      forget(key);
      const size = sizeOf(key, text);
      if (size > maxBytes) return;
      kept.set(key, { text, endsMs: now().getTime() + ttlMs });
      bytes += size;
      for (const oldest of kept.keys()) {
        if (bytes <= maxBytes) return;
        forget(oldest);
      }
    },
    close: () => kept.clear(),
  };
}
