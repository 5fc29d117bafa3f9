import { statSync } from "node:fs";
import { Failed } from "./failed.ts";
import {
  type ContextEstimate,
  estimateContext,
  type Library,
  type LoadedModel,
  loadModel,
} from "./load-model.ts";
import type { LoadedAs } from "./messages.ts";

type Entry = {
  readonly as: LoadedAs;
  /** Once it is in memory. */
  loaded?: LoadedModel;
  readonly loading: Promise<LoadedModel>;
  users: number;
  usedAt: number;
  /** Who waits for its progress. */
  readonly watchers: Set<(done: number) => void>;
};

/** A model in use: it stays loaded until it is given back. */
export type InUse = { readonly loaded: LoadedModel; release(): void };

/**
 * The models in memory: one copy of each, shared by all who use it. Before another one is loaded, those that were not
 * used for the longest time leave, until all together stay within `maxBytes`; those in use are waited for.
 */
export function createLoadedModels(
  library: Library,
  { maxBytes, note }: { readonly maxBytes: number; readonly note: (message: string) => void },
) {
  const entries = new Map<string, Entry>();
  let clock = 0;
  /** Loading and leaving are one thing at a time: two that load would each think the memory theirs. */
  let last: Promise<unknown> = Promise.resolve();
  let released = Promise.withResolvers<void>();

  function load(as: LoadedAs, key: string): Entry {
    const watchers = new Set<(done: number) => void>();
    const bytes = sizeOf(as.path);
    if (bytes > maxBytes) {
      throw new Failed(
        "upstream_unusable",
        `The model's file has ${inMegabytes(bytes)}, and models.local.max_bytes allows ${inMegabytes(maxBytes)}.`,
        "Raise models.local.max_bytes, or choose a smaller model or quantization.",
      );
    }
    const loading = last.then(async () => {
      const { fitted, needed } = fitting(as, bytes, await estimateContext(library, as), maxBytes);
      await makeRoom(needed, key);
      const begun = performance.now();
      const tell = (done: number) => {
        for (const watch of watchers) watch(done);
      };
      tell(0); // before native code sees the file: if it ends the process, whose fault that was is known
      const loaded = await loadModel(library, fitted, tell);
      entry.loaded = loaded;
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      note(`loaded ${as.path} in ${seconds} s: ${inMegabytes(loaded.bytes)}, context ${loaded.contextSize}`);
      await makeRoom(loaded.bytes, key); // now with its context
      return loaded;
    });
    last = loading.catch(() => entries.delete(key));
    const entry: Entry = { as, loading, users: 0, usedAt: 0, watchers };
    entries.set(key, entry);
    return entry;
  }

  async function makeRoom(bytes: number, key: string): Promise<void> {
    for (;;) {
      const others = [...entries].flatMap(([other, entry]) =>
        other !== key && entry.loaded !== undefined ? [{ other, entry, loaded: entry.loaded }] : [],
      );
      const sum = others.reduce((all, { loaded }) => all + loaded.bytes, bytes);
      if (sum <= maxBytes || others.length === 0) return;
      const idle = others
        .filter(({ entry }) => entry.users === 0)
        .sort((a, b) => a.entry.usedAt - b.entry.usedAt);
      const [leaving] = idle;
      if (leaving === undefined) {
        await released.promise;
        continue;
      }
      entries.delete(leaving.other);
      await leaving.loaded.dispose();
      note(`unloaded ${leaving.entry.as.path}`);
    }
  }

  return {
    /** @param onProgress from 0 to 1, while it loads. @throws `Failed`; the signal's reason. */
    async use(as: LoadedAs, onProgress: (done: number) => void, signal: AbortSignal): Promise<InUse> {
      const key = JSON.stringify(as);
      const entry = entries.get(key) ?? load(as, key);
      entry.users += 1;
      entry.watchers.add(onProgress);
      const release = () => {
        entry.users -= 1;
        entry.usedAt = ++clock;
        const was = released;
        released = Promise.withResolvers();
        was.resolve();
      };
      try {
        const loaded = await entry.loading;
        signal.throwIfAborted();
        return { loaded, release };
      } catch (error) {
        release();
        throw error;
      } finally {
        entry.watchers.delete(onProgress);
      }
    },
  };
}

/**
 * With as many sequences as memory has room for when no other model is in it, and the bytes that it then takes.
 * @throws `Failed` where not even one fits.
 */
function fitting(as: LoadedAs, file: number, context: ContextEstimate, maxBytes: number) {
  for (let { sequences } = as; ; sequences = Math.ceil(sequences / 2)) {
    const needed = file + context.bytesFor(sequences);
    if (needed <= maxBytes) return { fitted: { ...as, sequences }, needed };
    if (sequences > 1) continue;
    throw new Failed(
      "upstream_unusable",
      `The model takes about ${inMegabytes(needed)} with a context of ${context.contextSize} tokens, and models.local.max_bytes allows ${inMegabytes(maxBytes)}.`,
      "Lower n_ctx (LLM_N_CTX), raise models.local.max_bytes, or choose a smaller model or quantization.",
    );
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    throw new Failed(
      "upstream_unusable",
      "The model's file is gone.",
      "Put it back, or choose another model.",
    );
  }
}

const inMegabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
