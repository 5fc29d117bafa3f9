import type { PluginFile } from "./find-module-files.ts";
import { importState } from "./local-imports.ts";

/**
 * Remembers what was loaded from each file, and loads a file again only when `lookAtImports` found that it, or something
 * that it imports, is another than at the last look.
 * @returns what all files hold, in their order, and those that are new, changed or gone since the last look. One look
 * at a time.
 */
export function changedFiles<T>(load: (file: PluginFile) => Promise<T>) {
  let known: ReadonlyMap<string, { readonly state: string; readonly value: Promise<T> }> | undefined;
  return async (files: readonly PluginFile[]) => {
    const before = known;
    const looked = await Promise.all(files.map(async (file) => ({ file, state: await stateOf(file) })));
    const changed: string[] = [];
    const now = new Map(
      looked.map(({ file, state }) => {
        const old = before?.get(file.file);
        if (old?.state === state) return [file.file, old] as const;
        changed.push(file.file);
        return [file.file, { state, value: load(file) }] as const;
      }),
    );
    for (const file of before?.keys() ?? []) if (!now.has(file)) changed.push(file);
    known = now;
    return { values: await Promise.all([...now.values()].map(({ value }) => value)), changed };
  };
}

const stateOf = async ({ entry, problem }: PluginFile): Promise<string> =>
  entry === undefined ? problem : importState(entry);
