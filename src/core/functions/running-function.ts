import { within } from "../../lib/time-limit.ts";
import type { FunctionPlugin } from "../../protocols/function-plugin.ts";
import type { Host } from "../../protocols/plugin.ts";
import type { Found } from "./choose-functions.ts";

export type FunctionsLimits = {
  /** How long one file may take to load, and one function to start, in ms. */
  readonly startMs: number;
  /** How long one function may take to end, in ms. The whole server has ten seconds. */
  readonly shutdownMs: number;
};

/** A function that has started, until it is shut down. */
export type RunningFunction = Found & {
  /** Aborts what it does in the background, then shuts it down. What goes wrong is logged. */
  end(): Promise<void>;
};

/** Starts a function, or tells what went wrong. */
export async function startFunction(
  { source, plugin }: Found,
  host: Host,
  limits: FunctionsLimits,
): Promise<RunningFunction | { readonly source: string; readonly problem: string }> {
  const stop = new AbortController();
  const end = () => {
    stop.abort();
    return shutDown(plugin, host, limits.shutdownMs);
  };
  try {
    const starting = Promise.resolve(plugin.start?.(endingHost(host, stop.signal))).then(() => undefined);
    const late = `${plugin.name} did not start within ${limits.startMs} ms`;
    const problem = await within(limits.startMs, starting, late);
    if (problem === undefined) return { source, plugin, end };
    stop.abort();
    return { source, problem };
  } catch (error) {
    stop.abort();
    const why = error instanceof Error ? error.message : String(error);
    return { source, problem: `${plugin.name} failed in start(): ${why}` };
  }
}

/** The host, with a background that ends with the function rather than with the server. */
const endingHost = (host: Host, ended: AbortSignal): Host => ({
  ...host,
  background: (name, task) =>
    host.background(name, async (signal) => {
      const either = AbortSignal.any([signal, ended]);
      await task(either).catch((error: unknown) => {
        const aborted = error === either.reason || (error instanceof Error && error.name === "AbortError");
        if (!ended.aborted || !aborted) throw error;
      });
    }),
});

async function shutDown(plugin: FunctionPlugin, { log }: Host, limitMs: number): Promise<void> {
  const { name } = plugin;
  try {
    const ending = Promise.resolve(plugin.shutdown?.()).then(() => undefined);
    if ((await within(limitMs, ending, "late")) === "late")
      log.error({ function: name, limitMs }, `functions: ${name} did not end within ${limitMs} ms`);
  } catch (error) {
    log.error({ function: name, err: error }, `functions: ${name} failed in shutdown()`);
  }
}
