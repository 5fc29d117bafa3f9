import { stat } from "node:fs/promises";
import type { PluginFile } from "./find-module-files.ts";

/** Loads a file. `version` tells its states apart from the second look on: Node imports each address only once. */
type Load<T> = (file: PluginFile, version: string | undefined) => Promise<T>;

/**
 * Remembers what was loaded from each file, and loads a file again only when it is another than at the last look: by
 * time, size and inode of its entry. What a file imports in its turn is not looked at.
 * @returns what all files hold, in their order, and those that are new, changed or gone since the last look. One look
 * at a time.
 */
export function changedFiles<T>(load: Load<T>) {
  let known: ReadonlyMap<string, { readonly state: string; readonly value: Promise<T> }> | undefined;
  return async (files: readonly PluginFile[]) => {
    const before = known;
    const looked = await Promise.all(
      files.map(async (file) => {
        const version = await versionOf(file);
        return { file, version, state: `${file.entry ?? file.problem} ${version}` };
      }),
    );
    const changed: string[] = [];
    const now = new Map(
      looked.map(({ file, version, state }) => {
        const old = before?.get(file.file);
        if (old?.state === state) return [file.file, old] as const;
        changed.push(file.file);
        const value = load(file, before === undefined ? undefined : version);
        return [file.file, { state, value }] as const;
      }),
    );
    for (const file of before?.keys() ?? []) if (!now.has(file)) changed.push(file);
    known = now;
    return { values: await Promise.all([...now.values()].map(({ value }) => value)), changed };
  };
}

async function versionOf({ entry }: PluginFile): Promise<string> {
  if (entry === undefined) return "";
  const found = await stat(entry).catch(() => undefined); // gone just now: loading tells why
  return found === undefined ? "gone" : `${found.mtimeMs}-${found.size}-${found.ino}`;
}
