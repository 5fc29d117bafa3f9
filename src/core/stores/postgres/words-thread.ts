import { Worker } from "node:worker_threads";
import { SkeletonError } from "../../../lib/errors.ts";
import type { excerptOf } from "../excerpt.ts";
import { type IndexedWords, indexedWords } from "./index-words.ts";

type Task =
  | { readonly kind: "index"; readonly owner: number; readonly text: string }
  | { readonly kind: "excerpts"; readonly query: string; readonly texts: readonly string[] };
export type WordsRequest = { readonly id: number; readonly task: Task };
export type WordsReply = { readonly id: number; readonly result: unknown };

/** Words of texts and what is around them, worked out beside the thread that relays answers. */
export type WordsThread = {
  /** See indexedWords. */
  index(owner: number, text: string): Promise<IndexedWords | undefined>;
  /** See excerptOf; of each text. */
  excerpts(query: string, texts: readonly string[]): Promise<readonly ReturnType<typeof excerptOf>[]>;
  close(): Promise<void>;
};

/** A text below that, some 0.2 ms of work, is not worth the way to another thread. */
const SHORT = 4_000;

type Waiting = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void };

/** The thread starts with the first task, and again after it has died; idle, it keeps no process. */
export function openWordsThread(): WordsThread {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let nextId = 0;

  const died = (dead: Worker, cause: unknown) => {
    if (worker !== dead) return;
    worker = undefined;
    const error = new SkeletonError("store_unavailable", "The thread that reads words has ended.", {
      hint: "Try again; if it stays so, look into the log and restart the server.",
      cause,
    });
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const begin = (): Worker => {
    // Beside this file with its own ending: .ts as it is, .js once compiled.
    const ending = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
    const started = new Worker(new URL(`./words-worker${ending}`, import.meta.url));
    started.on("message", ({ id, result }: WordsReply) => {
      waiting.get(id)?.resolve(result);
      waiting.delete(id);
      if (waiting.size === 0) started.unref();
    });
    started.on("error", (error) => died(started, error));
    started.on("exit", (code) => died(started, new Error(`The thread ended with code ${code}.`)));
    return started;
  };
  const ask = (task: Task): Promise<unknown> =>
    new Promise((resolve, reject) => {
      worker ??= begin();
      nextId += 1;
      worker.ref();
      waiting.set(nextId, { resolve, reject });
      worker.postMessage({ id: nextId, task } satisfies WordsRequest);
    });

  return {
    async index(owner, text) {
      if (text.length < SHORT) return indexedWords(owner, text);
      return (await ask({ kind: "index", owner, text })) as IndexedWords | undefined;
    },
    excerpts: async (query, texts) =>
      (await ask({ kind: "excerpts", query, texts })) as readonly ReturnType<typeof excerptOf>[],
    async close() {
      await worker?.terminate();
    },
  };
}
