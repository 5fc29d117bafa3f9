import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Where whoever runs the server may have installed a package: beside their plugins, their data, or the server. */
export const packageFolders = (pluginsPath: string): readonly string[] => [
  resolve(pluginsPath),
  process.cwd(),
  fileURLToPath(new URL(".", import.meta.url)),
];

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
