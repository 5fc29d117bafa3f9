import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { SkeletonError } from "../lib/errors.ts";
import { skeletonVersion } from "../lib/skeleton-version.ts";
import { kindOf } from "./plugin-kind.ts";
import { pluginFolders, starters } from "./plugin-starters.ts";

/** Writes a starter into the plugins folder `folder`. @returns its files. @throws `bad_input` when one is there already. */
export async function writeStarter(kind: string, name: string, folder: string): Promise<readonly string[]> {
  const known = kindOf(kind);
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
    throw new SkeletonError("bad_input", `${name} is no name for a plugin.`, {
      hint: "Take lower-case letters, digits and -, beginning with a letter, at most 40.",
    });
  }
  const home = join(folder, pluginFolders[known]);
  const files = Object.entries(
    starters[known]({
      name,
      contract: (contract) => contractFrom(known === "page" ? join(home, name) : home, contract),
      range: rangeOf(skeletonVersion()),
    }),
  );
  const written: string[] = [];
  for (const [path, text] of files) {
    const file = join(home, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
      throw new SkeletonError("bad_input", `${file} is there already.`, {
        hint: "Take another name, or move it away: nothing is overwritten.",
      });
    });
    written.push(file);
  }
  return written;
}

/** How a file in `folder` names a contract: by its place in a clone, by the package's name otherwise. */
function contractFrom(folder: string, contract: string): string {
  if (!import.meta.url.endsWith(".ts")) return `skeleton-chat/protocols/${contract}`;
  const file = fileURLToPath(new URL(`../protocols/${contract}.ts`, import.meta.url));
  return relative(resolve(folder), file).split(sep).join("/");
}

/** All versions that promise to be compatible with this one. */
function rangeOf(version: string): string {
  const [major = "0", minor = "0"] = version.split(".");
  return major === "0" ? `^0.${minor}` : `^${major}`;
}
