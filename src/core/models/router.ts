import { codeOf } from "../../lib/errors.ts";
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

  async function* once(name: string, request: ModelRequest, signal: AbortSignal) {
    const { info, provider, upstreamId } = await catalog.find(name, signal);
    const settings = mergeSettings(options.settings["*"], options.settings[name], request.settings);
    yield* provider.generate({ ...request, model: upstreamId, label: info.id, settings }, signal);
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

  return {
    listModels: () => catalog.list(),
    async *generate(request, signal): AsyncGenerator<readonly ModelEvent[], void> {
      signal.throwIfAborted();
      let first: { readonly error: unknown } | undefined;
      for (const name of new Set([request.model, ...(options.fallbacks[request.model] ?? [])])) {
        for (let attempt = 1; ; attempt++) {
          let begun = false;
          try {
            for await (const batch of once(name, request, signal)) {
              begun = true;
              yield batch;
            }
            return;
          } catch (error) {
            if (signal.aborted) throw signal.reason;
            if (begun || codeOf(error) === "bad_input") throw error;
            if (await mayAskAgain(error, attempt, name, signal)) continue;
            first ??= { error };
            log.warn({ model: name, code: codeOf(error), reason: String(error) }, "models: no answer");
            break;
          }
        }
      }
      throw first?.error;
    },
    async shutdown() {
      options.shutdown();
    },
  };
}
