import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import type { PluginFile } from "../../../lib/find-module-files.ts";
import { within } from "../../../lib/time-limit.ts";
import type { Host } from "../../../protocols/plugin.ts";
import { readSource } from "../schema/source.ts";
import { type FileTools, readModule } from "./read-module.ts";

/** Loads a file and reads its tools. Whatever is wrong with it is a problem, not a throw. */
export async function loadFile(found: PluginFile, host: Host, limitMs: number): Promise<FileTools> {
  const { entry, problem } = found;
  if (entry === undefined) return only(problem);
  const load = async (): Promise<FileTools> => {
    try {
      const module = (await import(pathToFileURL(entry).href)) as Readonly<Record<string, unknown>>;
      const read = async () => readSource(entry, await readFile(entry, "utf8"));
      return await readModule(found.file, module, read, host);
    } catch (error) {
      return only(
        `cannot be loaded: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
      );
    }
  };
  return within(limitMs, load(), only(`did not finish loading within ${limitMs} ms`));
}

const only = (problem: string): FileTools => ({ tools: [], problems: [problem] });
