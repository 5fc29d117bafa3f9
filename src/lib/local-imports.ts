import { realpathSync, statSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { registerHooks } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/*
 * Node imports each address once, so a file that changed has to have another one, and so has whatever imports it, up to
 * the plugin's own file. A hook on resolving, which there is one of in a process, sees who imports whom, and puts
 * `?v=<look>` behind the addresses of what was found changed, or imports what was. Everything else stays as it is, with
 * its state.
 */

type Known = {
  /** By time, size and inode; `gone` when it is not there. */
  state: string;
  /** The look at which it, or something that it imports, was last found to have changed. */
  version?: number;
  readonly imports: Set<string>;
};

const known = new Map<string, Known>();
let looks = 0;
let tracking = false;

/** From now on takes note of who imports whom. Files of this server and of packages are nobody's own and left out. */
export function trackImports(): void {
  if (tracking) return;
  tracking = true;
  registerHooks({
    resolve(specifier, context, next) {
      const from = ownFile(context.parentURL);
      try {
        const found = next(specifier, context);
        const named = context.conditions.includes("import") ? ownFile(found.url) : undefined;
        if (named === undefined) return found;
        const path = realpathSync(named); // Node remembers for good what was a link and what was not
        const { version } = noted(path, from);
        return path === named && version === undefined ? found : { ...found, url: addressOf(path, version) };
      } catch (error) {
        // It may come into being, and then whoever wants it is loaded again.
        const path =
          from === undefined || !/^\.{1,2}\//.test(specifier) ? undefined : missing(specifier, from);
        if (path !== undefined) noted(path, from);
        throw error;
      }
    },
  });
}

/** Looks which files have changed since they were imported, or since the last look. What imports them has changed, too. */
export async function lookAtImports(): Promise<void> {
  const look = ++looks;
  const changed = new Set<string>();
  await Promise.all(
    [...known].map(async ([path, file]) => {
      const state = stateOf(await stat(path).catch(() => undefined));
      if (state === file.state) return;
      file.state = state;
      changed.add(path);
    }),
  );
  for (const path of changed) {
    for (const [importer, { imports }] of known) if (imports.has(path)) changed.add(importer); // a set grows as it is read
  }
  for (const path of changed) {
    const file = known.get(path);
    if (file !== undefined) file.version = look; // its imports stay: one too many loads too often, one too few never
  }
}

/** Another text whenever a plugin's own file, or something that it imports, was found changed; links are followed. */
export async function importState(entry: string): Promise<string> {
  const path = await realpath(entry).catch(() => entry);
  return `${path} ${known.get(path)?.version ?? "as it was"}`;
}

/** The folders of all files that were imported or wanted. */
export const importFolders = (): readonly string[] => [
  ...new Set([...known.keys()].map((path) => dirname(path))),
];

function noted(path: string, from: string | undefined): Known {
  if (from !== undefined) known.get(from)?.imports.add(path);
  const before = known.get(path);
  if (before !== undefined) return before;
  const file: Known = { state: stateOf(statSync(path, { throwIfNoEntry: false })), imports: new Set() };
  known.set(path, file);
  return file;
}

const ours = fileURLToPath(new URL("../", import.meta.url));

function ownFile(url: string | undefined): string | undefined {
  if (url === undefined || !url.startsWith("file:")) return undefined;
  const path = fileURLToPath(url);
  return path.startsWith(ours) || path.includes("/node_modules/") ? undefined : path;
}

const missing = (specifier: string, from: string): string | undefined =>
  ownFile(new URL(specifier, pathToFileURL(from)).href);

function addressOf(path: string, version: number | undefined): string {
  const url = pathToFileURL(path);
  if (version !== undefined) url.search = `v=${version}`;
  return url.href;
}

const stateOf = (
  found: { readonly mtimeMs: number; readonly size: number; readonly ino: number } | undefined,
): string => (found === undefined ? "gone" : `${found.mtimeMs}-${found.size}-${found.ino}`);
