import { join } from "node:path";
import { pluginFolder } from "../../lib/plugin-folder.ts";
import type { Functions } from "../../protocols/functions.ts";
import type { CorePlugin, Host } from "../../protocols/plugin.ts";
import { type Chosen, chooseFunctions } from "./choose-functions.ts";
import { readFunctions } from "./read-functions.ts";
import { type FunctionsLimits, type RunningFunction, startFunction } from "./running-function.ts";

type State = { readonly running: readonly RunningFunction[]; readonly problems: Chosen["problems"] };

/** The functions in the plugins folder, loaded and started once, and those of changed files again. */
export async function openFunctions(host: Host, limits: FunctionsLimits): Promise<Functions> {
  const look = pluginFolder(join(host.config.plugins_path, "functions"), limits.startMs, readFunctions);

  /** Those that turns still use, and nobody else. */
  const leaving = new Set<RunningFunction>();
  const endAll = (functions: readonly RunningFunction[]) =>
    Promise.all(
      functions.map(async (one) => {
        leaving.delete(one);
        await one.end();
      }),
    );

  async function endLater(gone: readonly RunningFunction[], turnsEnd: Promise<void>): Promise<void> {
    await turnsEnd;
    await endAll(gone.filter((one) => leaving.has(one)));
  }

  /** Starts what is new, and ends what is no more, once no turn uses it. */
  async function change(before: State, chosen: Chosen, turnsEnd?: Promise<void>): Promise<State> {
    const old = new Map(before.running.map((one) => [one.plugin, one]));
    const wanted = new Set(chosen.functions.map(({ plugin }) => plugin));
    const gone = before.running.filter(({ plugin }) => !wanted.has(plugin));
    if (turnsEnd === undefined) await endAll(gone);
    else if (gone.length > 0) {
      for (const one of gone) leaving.add(one);
      const due = (signal: AbortSignal) => Promise.race([turnsEnd, abortOf(signal)]);
      host.background("ending changed functions", (signal) => endLater(gone, due(signal)));
    }
    const started = await Promise.all(
      chosen.functions.map((found) => old.get(found.plugin) ?? startFunction(found, host, limits)),
    );
    const running = started.filter((one) => "plugin" in one);
    const problems = [...chosen.problems, ...started.filter((one) => "problem" in one)];
    for (const { source, problem } of problems)
      host.log.error({ file: source }, `functions: ${source} is left out: ${problem}`);
    return { running, problems };
  }

  async function readAgain(before: Promise<State>, turnsEnd?: Promise<void>): Promise<State> {
    const state = await before;
    try {
      const { read, changed } = await look();
      if (changed.length === 0) return state;
      const next = await change(state, chooseFunctions(read), turnsEnd);
      const names = next.running.map(({ plugin }) => plugin.name);
      host.log.info({ files: changed, functions: names }, "functions: files were loaded anew");
      return next;
    } catch (error) {
      host.log.error(
        { err: error },
        "functions: the folder cannot be read, so its functions stay as they are",
      );
      return state;
    }
  }

  const first = await change({ running: [], problems: [] }, chooseFunctions((await look()).read));
  let current = Promise.resolve(first);
  return {
    getFunctions: async () => (await current).running.map(({ plugin }) => plugin),
    getSources: async () =>
      Object.fromEntries((await current).running.map(({ plugin, source }) => [plugin.name, source])),
    getProblems: async () => (await current).problems,
    async reload(turnsEnd) {
      current = readAgain(current, turnsEnd); // whoever asks meanwhile waits for it
      await current;
    },
    async shutdown() {
      await endAll([...leaving, ...(await current).running]);
    },
  };
}

const abortOf = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

export const functionsPlugin: CorePlugin<"functions"> = {
  role: "functions",
  name: "function-files",
  create: (host) => openFunctions(host, { startMs: 10_000, shutdownMs: 2_000 }),
};
