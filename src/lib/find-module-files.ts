import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** A plugin as it lies in the folder: where to load it from, or why that cannot be told. */
export type PluginFile =
  | { readonly file: string; readonly entry: string; readonly problem?: never }
  | { readonly file: string; readonly entry?: never; readonly problem: string };

const isPluginFile = (name: string): boolean => /\.m?[jt]s$/.test(name) && !/\.(test|d)\.m?[jt]s$/.test(name);

/**
 * The plugins in a folder, in order of name: files that end in .ts, .js, .mts or .mjs, and folders with an `index` of
 * such an ending or a package.json that names one as `main`. Links are followed. Tests, declarations, whatever
 * begins with `_` or `.`, and node_modules are nobody's plugins. A missing folder is an empty one.
 */
export async function findPluginFiles(folder: string): Promise<readonly PluginFile[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const own = names.filter((name) => !/^[._]/.test(name) && name !== "node_modules").sort();
  const found = await Promise.all(own.map((name) => look(join(folder, name), name)));
  return found.filter((file) => file !== undefined);
}

async function look(path: string, name: string): Promise<PluginFile | undefined> {
  const kind = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (kind instanceof Error) {
    return {
      file: path,
      problem: `cannot be read (${kind.code ?? kind.message}); is it a link to something that moved?`,
    };
  }
  if (kind.isFile()) return isPluginFile(name) ? { file: path, entry: path } : undefined;
  if (!kind.isDirectory()) return undefined;
  const entry = await entryOf(path);
  if (entry !== undefined) return { file: path, entry };
  return { file: path, problem: "is a folder without index.ts, index.js or a package.json with main" };
}

async function entryOf(folder: string): Promise<string | undefined> {
  const names = ["index.ts", "index.mts", "index.js", "index.mjs"];
  const main = await mainOf(join(folder, "package.json"));
  for (const name of main === undefined ? names : [main, ...names]) {
    const path = join(folder, name);
    const there = await stat(path).catch(() => undefined);
    if (there?.isFile()) return path;
  }
  return undefined;
}

/** `main` of a package.json. One that is missing or broken has none: the index may still be there. */
async function mainOf(path: string): Promise<string | undefined> {
  try {
    const { main } = JSON.parse(await readFile(path, "utf8")) as { readonly main?: unknown };
    return typeof main === "string" ? main : undefined;
  } catch {
    return undefined;
  }
}
