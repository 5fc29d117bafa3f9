import { within } from "../../lib/time-limit.ts";
import type { FunctionPlugin } from "../../protocols/function-plugin.ts";
import type { Functions } from "../../protocols/functions.ts";
import type { CorePlugin, Host } from "../../protocols/plugin.ts";
import { chooseFunctions } from "./choose-functions.ts";
import { functionsFolder, loadFunctions } from "./load-functions.ts";

export type FunctionsLimits = {
  /** How long one file may take to load, and one function to start, in ms. */
  readonly startMs: number;
  /** How long one function may take to end, in ms. The whole server has ten seconds. */
  readonly shutdownMs: number;
};

/** The functions in the plugins folder, loaded and started once. */
export async function openFunctions(host: Host, limits: FunctionsLimits): Promise<Functions> {
  const read = await loadFunctions(functionsFolder(host.config.plugins_path), limits.startMs);
  const { functions, problems } = chooseFunctions(read);
  const faults = await Promise.all(functions.map(({ plugin }) => start(plugin, host, limits.startMs)));
  const all = [
    ...problems,
    ...functions.flatMap(({ source }, index) => {
      const problem = faults[index];
      return problem === undefined ? [] : [{ source, problem }];
    }),
  ];
  for (const { source, problem } of all)
    host.log.error({ file: source }, `functions: ${source} is left out: ${problem}`);
  const begun = functions.filter((_, index) => faults[index] === undefined);
  const started = begun.map(({ plugin }) => plugin);
  const sources = Object.fromEntries(begun.map(({ plugin, source }) => [plugin.name, source]));
  return {
    getFunctions: async () => started,
    getSources: async () => sources,
    getProblems: async () => all,
    async shutdown() {
      await Promise.all(started.map((plugin) => shutDown(plugin, host, limits.shutdownMs)));
    },
  };
}

/** What went wrong, if anything did. */
async function start(plugin: FunctionPlugin, host: Host, limitMs: number): Promise<string | undefined> {
  try {
    const starting = Promise.resolve(plugin.start?.(host)).then(() => undefined);
    return await within(limitMs, starting, `${plugin.name} did not start within ${limitMs} ms`);
  } catch (error) {
    return `${plugin.name} failed in start(): ${error instanceof Error ? error.message : String(error)}`;
  }
}

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

export const functionsPlugin: CorePlugin<"functions"> = {
  role: "functions",
  name: "function-files",
  create: (host) => openFunctions(host, { startMs: 10_000, shutdownMs: 2_000 }),
};
