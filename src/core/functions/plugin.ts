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

  /** Ends what runs and is no more, and starts what is new. */
  async function change(before: State, chosen: Chosen): Promise<State> {
    const old = new Map(before.running.map((one) => [one.plugin, one]));
    const wanted = new Set(chosen.functions.map(({ plugin }) => plugin));
    await Promise.all(before.running.map(async ({ plugin, end }) => wanted.has(plugin) || end()));
    const started = await Promise.all(
      chosen.functions.map((found) => old.get(found.plugin) ?? startFunction(found, host, limits)),
    );
    const running = started.filter((one) => "plugin" in one);
    const problems = [...chosen.problems, ...started.filter((one) => "problem" in one)];
    for (const { source, problem } of problems)
      host.log.error({ file: source }, `functions: ${source} is left out: ${problem}`);
    return { running, problems };
  }

  async function readAgain(before: Promise<State>): Promise<State> {
    const state = await before;
    try {
      const { read, changed } = await look();
      if (changed.length === 0) return state;
      const next = await change(state, chooseFunctions(read));
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
    async reload() {
      current = readAgain(current); // whoever asks meanwhile waits for it
      await current;
    },
    async shutdown() {
      await Promise.all((await current).running.map(({ end }) => end()));
    },
  };
}

export const functionsPlugin: CorePlugin<"functions"> = {
  role: "functions",
  name: "function-files",
  create: (host) => openFunctions(host, { startMs: 10_000, shutdownMs: 2_000 }),
};
