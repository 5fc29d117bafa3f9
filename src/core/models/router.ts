import { codeOf } from "../../lib/errors.ts";
import { type HandsOver, handEach, handOver } from "../../lib/hand-over.ts";
import type { Model, ModelEvent, ModelRequest } from "../../protocols/model.ts";
import type { Logger } from "../../protocols/plugin.ts";
import type { Catalog } from "./catalog.ts";
import { retryDelay } from "./retry-delay.ts";
import { mergeSettings } from "./settings.ts";

type Settings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * One model out of many: finds who answers, asks again where that may help, then asks the fallbacks; all of it before
 * the first event only. When nobody answers, the error is that of the model which was asked for.
 */
export function createRouter(options: {
  readonly catalog: Catalog;
  /** Models to try in turn, by model name. */
  readonly fallbacks: Readonly<Record<string, readonly string[]>>;
  /** Generation defaults by model name; `*` is for all. */
  readonly settings: Settings;
  readonly retries: number;
  readonly log: Logger;
  readonly random: () => number;
  /** Resolves after `ms`; rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  readonly shutdown: () => void;
}): Model {
  const { catalog, log } = options;

  async function once(name: string, request: ModelRequest, signal: AbortSignal) {
    const { info, provider, upstreamId } = await catalog.find(name, signal);
    const own = await provider.layers?.(upstreamId);
    const { "*": all, [name]: named } = options.settings;
    const settings = mergeSettings(own?.below, all, named, own?.above, request.settings);
    const { tools, ...bare } = request; // whoever asked knows the model it named, and not who stands in for it
    const offered = tools === undefined || info.tools === false ? {} : { tools };
    return provider.generate({ ...bare, ...offered, model: upstreamId, label: info.id, settings }, signal);
  }

  /** Waits and returns `true` where asking the same model again may help. */
  async function mayAskAgain(error: unknown, attempt: number, model: string, signal: AbortSignal) {
    const delayMs = retryDelay(error, attempt, options);
    if (delayMs === undefined) return false;
    log.warn({ model, code: codeOf(error), attempt, delayMs }, "models: asking again");
    await options.sleep(delayMs, signal).catch((reason: unknown) => {
      throw signal.aborted ? signal.reason : reason;
    });
    return true;
  }

  /** The first answer that begins, with its first batch; `undefined` when it ended at once. */
  async function begin(request: ModelRequest, signal: AbortSignal) {
    let first: { readonly error: unknown } | undefined;
    for (const name of new Set([request.model, ...(options.fallbacks[request.model] ?? [])])) {
      for (let attempt = 1; ; attempt++) {
        try {
          signal.throwIfAborted();
          const batches = (await once(name, request, signal))[Symbol.asyncIterator]();
          const result = await batches.next();
          return result.done === true ? undefined : { batches, result };
        } catch (error) {
          if (signal.aborted) throw signal.reason;
          if (codeOf(error) === "bad_input") throw error;
          if (await mayAskAgain(error, attempt, name, signal)) continue;
          first ??= { error };
          log.warn({ model: name, code: codeOf(error), reason: String(error) }, "models: no answer");
          break;
        }
      }
    }
    throw first?.error;
  }

  return {
    listModels: (options) => catalog.list(options?.fresh),
    listAbsent: async () => catalog.absent(),
    generate: (request, signal) => relay(() => begin(request, signal)),
    async shutdown() {
      options.shutdown();
    },
  };
}

type Batches = AsyncIterator<readonly ModelEvent[]>;

type Begin = () => Promise<
  { readonly batches: Batches; readonly result: IteratorResult<readonly ModelEvent[]> } | undefined
>;

/**
 * What has begun, then the rest of it straight from the provider: once an answer runs, nothing of the router stands
 * between the two. One `next` at a time, as `for await` has it.
 */
function relay(
  begin: Begin,
): AsyncIterableIterator<readonly ModelEvent[]> & HandsOver<readonly ModelEvent[]> {
  let running: Batches | undefined;
  /** Until it was called: it holds everything the model is shown. */
  let unasked: Begin | undefined = begin;
  let left = false;
  const end = { done: true, value: undefined } as const;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      if (running !== undefined) return running.next();
      return unasked === undefined ? Promise.resolve(end) : start(unasked);
    },
    async [handOver](take) {
      if (running === undefined) {
        const { done, value } = await this.next();
        if (done !== true) await take(value);
      }
      if (running !== undefined) await handEach(running, take);
    },
    async return() {
      unasked = undefined;
      left = true;
      await running?.return?.();
      return end;
    },
  };

  async function start(ask: Begin): Promise<IteratorResult<readonly ModelEvent[]>> {
    unasked = undefined;
    const begun = await ask();
    running = begun?.batches;
    if (!left) return begun?.result ?? end;
    await running?.return?.(); // the reader went while it began
    return end;
  }
}
