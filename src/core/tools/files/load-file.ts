import { readFile } from "node:fs/promises";
import type { PluginFile } from "../../../lib/find-module-files.ts";
import { loadPluginFile } from "../../../lib/load-plugin-file.ts";
import { within } from "../../../lib/time-limit.ts";
import type { Host } from "../../../protocols/plugin.ts";
import type { ExportedFunction } from "../schema/written-tool.ts";
import { type FileTools, readModule } from "./read-module.ts";
import type { SchemaMemory } from "./schema-memory.ts";

/** Loads a file and reads its tools. Whatever is wrong with it is a problem, not a throw. */
export async function loadFile(
  found: PluginFile,
  host: Host,
  { memory, limitMs }: { readonly memory: SchemaMemory; readonly limitMs: number },
): Promise<FileTools> {
  const { module, problem } = await loadPluginFile(found, limitMs);
  const { file, entry } = found;
  if (module === undefined || entry === undefined) return only(problem ?? "is no file");
  const read = async (functions: readonly ExportedFunction[]) =>
    memory.read(entry, await readFile(entry, "utf8"), functions);
  const reading = readModule(file, module, read, host).catch((error: unknown) =>
    only(`cannot be loaded: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`),
  );
  return within(limitMs, reading, only(`did not finish loading within ${limitMs} ms`));
}

const only = (problem: string): FileTools => ({ tools: [], problems: [problem] });
