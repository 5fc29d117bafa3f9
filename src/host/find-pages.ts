import { realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative } from "node:path";
import { findPluginFiles, type PluginFile } from "../lib/find-module-files.ts";
import { loadPluginFile } from "../lib/load-plugin-file.ts";
import type { PagePlugin } from "../protocols/page.ts";
import { pageFault } from "./page-fault.ts";

/** A page plugin with the file it came from. */
export type FoundPage = {
  readonly file: string;
  readonly page: PagePlugin;
  /** The folder that it serves, links resolved. */
  readonly folder?: string;
};
export type PageProblem = { readonly source: string; readonly problem: string };
export type FoundPages = { readonly pages: readonly FoundPage[]; readonly problems: readonly PageProblem[] };

/**
 * Loads the page plugins of a plugins folder, in order of file name. A page guards nothing but itself, so one that is
 * broken is left out and told; of two with one name the first has it.
 * @param options.folder `config.plugins_path`; the plugins are in its `pages` folder. A missing folder holds none.
 * @param options.loadLimitMs how long one file may take to load; default 10,000.
 */
export async function findPages(options: {
  readonly folder: string;
  readonly loadLimitMs?: number;
}): Promise<FoundPages> {
  const files = await findPluginFiles(join(options.folder, "pages"));
  const loaded = await Promise.all(files.map((file) => load(file, options.loadLimitMs)));
  const pages = new Map<string, FoundPage>();
  const problems: PageProblem[] = [];
  for (const result of loaded) {
    if ("problem" in result) {
      problems.push(result);
      continue;
    }
    const { name } = result.page;
    const first = pages.get(name);
    if (first === undefined) pages.set(name, result);
    else
      problems.push({
        source: result.file,
        problem: `has the name of another page, ${name} (${first.file})`,
      });
  }
  return { pages: [...pages.values()], problems };
}

async function load(found: PluginFile, limitMs?: number): Promise<FoundPage | PageProblem> {
  const { file, entry } = found;
  const { module, problem } = await loadPluginFile(found, limitMs);
  const exported = module?.default;
  const fault = problem ?? pageFault(exported);
  if (fault !== undefined || entry === undefined) return { source: file, problem: fault ?? "is no file" };
  const page = exported as PagePlugin; // every property was looked at
  if (page.static === undefined) return { file, page };
  const own = dirname(await realpath(entry));
  const folder = await folderBelow(own, page.static);
  if (folder !== undefined) return { file, page, folder };
  return { source: file, problem: `serves "${page.static}", which is no folder below ${own}` };
}

/** The folder itself is refused: the plugin's own source lies in it. */
async function folderBelow(own: string, name: string): Promise<string | undefined> {
  try {
    const folder = await realpath(join(own, name));
    const inside = relative(own, folder);
    const below = inside !== "" && !inside.startsWith("..") && !isAbsolute(inside) && !isAbsolute(name);
    return below && (await stat(folder)).isDirectory() ? folder : undefined;
  } catch {
    return undefined; // whatever cannot be read is not there
  }
}
