import { join } from "node:path";
import { changedFiles } from "../../../lib/changed-files.ts";
import { findPluginFiles } from "../../../lib/find-module-files.ts";
import type { Config } from "../../../protocols/config.ts";
import type { Host } from "../../../protocols/plugin.ts";
import type { Tool } from "../../../protocols/tool.ts";
import type { ToolProblem } from "../../../protocols/tools.ts";
import { repeated } from "../repeated.ts";
import type { ToolSource } from "../tool-source.ts";
import { loadFile } from "./load-file.ts";
import type { FileTools } from "./read-module.ts";
import { openSchemaMemory } from "./schema-memory.ts";

/**
 * The tools of the files in `tools` of the plugins folder, in order of file name. What cannot be loaded is logged and
 * left out: a tool guards nothing, so the server starts without it.
 * @param loadLimitMs how long one file may take to load, in ms; default 10,000.
 */
export async function createFileSource(
  host: Host,
  { loadLimitMs = 10_000 }: { readonly loadLimitMs?: number } = {},
): Promise<ToolSource> {
  const folder = join(host.config.plugins_path, "tools");
  const memory = await openSchemaMemory(schemaFile(host.config));
  const load = changedFiles(async (file) => ({
    source: file.file,
    ...(await loadFile(file, host, { memory, limitMs: loadLimitMs })),
  }));
  const look = async () => {
    const looked = await load(await findPluginFiles(folder));
    host.background("keeping the schemas of tools", () => memory.keep());
    return looked;
  };
  const first = chooseTools((await look()).values);
  tell(host, first);
  let current = Promise.resolve(first);

  async function readAgain(before: Promise<Chosen>): Promise<Chosen> {
    try {
      const { values, changed } = await look();
      if (changed.length === 0) return before;
      const chosen = chooseTools(values);
      host.log.info({ files: changed, tools: Object.keys(chosen.origins) }, "tools: files were loaded anew");
      tell(host, chosen);
      return chosen;
    } catch (error) {
      host.log.error(
        { err: error, folder },
        "tools: the folder cannot be read, so its tools stay as they are",
      );
      return before;
    }
  }

  return {
    tools: async () => (await current).tools,
    origins: async () => (await current).origins,
    problems: async () => (await current).problems,
    async reload() {
      current = readAgain(current); // whoever asks meanwhile waits for it
      await current;
    },
  };
}

/** Where schemas are kept for the next start. A server that keeps nothing has no such place. */
const schemaFile = ({ mode, data_path }: Config): string | undefined =>
  mode === "ephemeral" ? undefined : join(data_path, "tool-schemas.json");

type Chosen = {
  readonly tools: readonly Tool[];
  readonly origins: Readonly<Record<string, string>>;
  readonly problems: readonly ToolProblem[];
};

/** Of two tools with one name the first is used. */
function chooseTools(loaded: readonly (FileTools & { readonly source: string })[]): Chosen {
  const problems: ToolProblem[] = [];
  const byName = new Map<string, { readonly tool: Tool; readonly source: string }>();
  for (const { source, tools, problems: ofFile } of loaded) {
    for (const problem of ofFile) problems.push({ source, problem });
    for (const tool of tools) {
      const first = byName.get(tool.name);
      if (first === undefined) byName.set(tool.name, { tool, source });
      else problems.push({ source, problem: repeated(tool.name, first.source) });
    }
  }
  return {
    tools: [...byName.values()].map(({ tool }) => tool),
    origins: Object.fromEntries([...byName].map(([name, { source }]) => [name, source])),
    problems,
  };
}

function tell({ log }: Host, { problems }: Chosen): void {
  for (const { source, problem } of problems) log.warn({ file: source }, `tools: ${source}: ${problem}`);
}
