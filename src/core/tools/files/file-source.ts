import { join } from "node:path";
import { findPluginFiles } from "../../../lib/find-module-files.ts";
import type { Host } from "../../../protocols/plugin.ts";
import type { Tool } from "../../../protocols/tool.ts";
import type { ToolProblem } from "../../../protocols/tools.ts";
import type { ToolSource } from "../tool-source.ts";
import { loadFile } from "./load-file.ts";

/**
 * The tools of the files in `tools` of the plugins folder, in order of file name. What cannot be loaded is logged and
 * left out: a tool guards nothing, so the server starts without it.
 * @param loadLimitMs how long one file may take to load, in ms; default 10,000.
 */
export async function createFileSource(
  host: Host,
  { loadLimitMs = 10_000 }: { readonly loadLimitMs?: number } = {},
): Promise<ToolSource> {
  const files = await findPluginFiles(join(host.config.plugins_path, "tools"));
  const loaded = await Promise.all(
    files.map(async (file) => ({ source: file.file, ...(await loadFile(file, host, loadLimitMs)) })),
  );
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
  for (const { source, problem } of problems) host.log.warn({ file: source }, `tools: ${source}: ${problem}`);
  const tools = [...byName.values()].map(({ tool }) => tool);
  const origins = Object.fromEntries([...byName].map(([name, { source }]) => [name, source]));
  return { tools: async () => tools, origins: async () => origins, problems: async () => problems };
}

const repeated = (name: string, first: string): string =>
  `the name ${name} is taken by a tool of ${first}, which is the one that is used. Give it another name.`;
