import { createRequire } from "node:module";
import { join } from "node:path";

/** Where a package is installed: the file to import, from the first of the folders that has it. */
export function resolvePackage(name: string, folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    try {
      return createRequire(join(folder, "package.json")).resolve(name);
    } catch {
      // not here: perhaps in the next folder
    }
  }
  return undefined;
}
