import { globSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Files that load test files, so that these share a process; each stands for the folders it takes its own from. */
type Group = {
  /** Folders below the root. */
  readonly folders: readonly string[];
  /** Among how many processes the files are dealt out, the largest first. Default: each file has its own. */
  readonly processes?: number;
  /** How files that share a process stand in it. */
  readonly together?: "scoped" | "plain";
};

/**
 * In the order in which they start: what takes longest comes first, and what mostly waits for others comes while
 * browsers use the cores. A process costs a tenth of a second before its first test, and a whole server several times
 * that until its modules are loaded and warm; what starts and kills processes itself has one of its own.
 */
const groups: readonly Group[] = [
  { folders: ["test/browser"], processes: availableParallelism(), together: "plain" },
  { folders: ["test/crash"] },
  { folders: ["test/package", "test/cli"] },
  { folders: ["test/http", "test/plugins"], processes: 2, together: "scoped" },
  { folders: ["src", "web/src", "plugin-library"], processes: 3, together: "scoped" },
];

/**
 * Writes into `folder` a test file for each process, and returns their paths. Node runs them in the order of their names.
 * @param root where the repository is.
 */
export function groupTests(root: string, folder: string): readonly string[] {
  const paths: string[] = [];
  const grouped = groups.map(({ folders, ...group }) => ({
    ...group,
    files: folders.flatMap((from) => globSync(`${from}/**/*.test.ts`, { cwd: root })),
  }));
  const known = new Set(grouped.flatMap(({ files }) => files));
  const others = globSync("test/**/*.test.ts", { cwd: root }).filter((file) => !known.has(file));
  for (const { files, processes, together = "scoped" } of [...grouped, { files: others }]) {
    const largestFirst = files.toSorted((one, other) => sizeOf(root, other) - sizeOf(root, one));
    const count = processes ?? largestFirst.length;
    for (let index = 0; index < count; index += 1) {
      const own = largestFirst.filter((_, at) => at % count === index);
      const path = join(folder, `${String(paths.length).padStart(3, "0")}.test.mjs`);
      writeFileSync(path, together === "plain" || own.length === 1 ? plain(root, own) : scoped(root, own));
      paths.push(path);
    }
  }
  return paths;
}

const sizeOf = (root: string, file: string): number => statSync(join(root, file)).size;
const address = (root: string, file: string): string => JSON.stringify(pathToFileURL(join(root, file)));

/** What one file has at hand is left to the next, and goes at the end of the process: a browser, for example. */
const plain = (root: string, files: readonly string[]): string =>
  files.map((file) => `import ${address(root, file)};\n`).join("");

/** Each file's hooks are around its own tests alone, and what it holds goes with its last test. */
const scoped = (root: string, files: readonly string[]): string =>
  `import { suite } from "node:test";\n${files
    .map(
      (file) => `suite(${JSON.stringify(file)}, async () => void (await import(${address(root, file)})));\n`,
    )
    .join("")}`;
