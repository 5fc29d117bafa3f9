import { readdirSync, statSync } from "node:fs";

/** The latest change among files, and folders with all they hold, in ms since 1970; 0 when there is none of them. */
export function newest(paths: readonly string[]): number {
  return paths.reduce((latest, path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return latest;
    // A folder's own time tells of files that were taken away.
    const held = stats.isDirectory() ? newest(readdirSync(path).map((name) => `${path}/${name}`)) : 0;
    return Math.max(latest, stats.mtimeMs, held);
  }, 0);
}
