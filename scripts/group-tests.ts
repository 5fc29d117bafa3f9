import { globSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Files that load test files, so that these share a process. */
type Group = {
  /** Globs from the root; a file that several groups name is the first one's. */
  readonly files: readonly string[];
  /** Among how many processes the files are dealt out, so that each has as much. Default: each file has its own. */
  readonly processes?: number;
  /** How files that share a process stand in it. */
  readonly together?: "scoped" | "plain";
};

/**
 * In the order in which they start: what takes longest comes first, and last what is short, so that no core waits for
 * one process at the end. A process costs a tenth of a second before its first test, a whole server several times that
 * until its modules are loaded and warm, and PostgreSQL two seconds; what starts and kills processes itself has one of
 * its own.
 */
const groups: readonly Group[] = [
  { files: ["test/browser/**/*.test.ts"], processes: availableParallelism(), together: "plain" },
  { files: ["test/crash/{kill-nine,going-on,jobs}.test.ts"] },
  { files: ["src/core/stores/postgres/*.test.ts", "test/*-on-postgres.test.ts"], processes: 1 },
  { files: ["src/**/*.test.ts", "web/src/**/*.test.ts", "plugin-library/**/*.test.ts"], processes: 3 },
  { files: ["test/http/*.test.ts", "test/plugins/*.test.ts", "test/*.test.ts"], processes: 2 },
  { files: ["test/crash/*.test.ts"] },
  { files: ["test/package/*.test.ts", "test/cli/*.test.ts"] },
  { files: ["test/**/*.test.ts"] },
];

/**
 * Writes into `folder` a test file for each process, and returns their paths. Node runs them in the order of their names.
 * @param root where the repository is.
 */
export function groupTests(root: string, folder: string): readonly string[] {
  const paths: string[] = [];
  const taken = new Set<string>();
  for (const { files: globs, processes, together = "scoped" } of groups) {
    const files = globSync([...globs], { cwd: root }).filter((file) => !taken.has(file));
    for (const file of files) taken.add(file);
    for (const own of dealt(root, files, processes ?? files.length)) {
      const path = join(folder, `${String(paths.length).padStart(3, "0")}.test.mjs`);
      writeFileSync(path, together === "plain" || own.length === 1 ? plain(root, own) : scoped(root, own));
      paths.push(path);
    }
  }
  return paths;
}

/** The largest first, each to whoever has least. */
function dealt(root: string, files: readonly string[], hands: number): readonly (readonly string[])[] {
  const sized = files.map((file) => ({ file, size: sizeOf(root, file) }));
  const piles = Array.from({ length: hands }, () => ({ files: [] as string[], size: 0 }));
  for (const { file, size } of sized.toSorted((one, other) => other.size - one.size)) {
    const pile = piles.reduce((least, next) => (next.size < least.size ? next : least));
    pile.files.push(file);
    pile.size += size;
  }
  return piles.map((pile) => pile.files);
}

const sizeOf = (root: string, file: string): number => statSync(join(root, file)).size;
const address = (root: string, file: string): string => JSON.stringify(pathToFileURL(join(root, file)));
const first = (root: string): string => `import ${address(root, "scripts/end-of-tests.ts")};\n`;

/** What one file has at hand is left to the next, and goes at the end of the process: a browser, for example. */
const plain = (root: string, files: readonly string[]): string =>
  first(root) + files.map((file) => `import ${address(root, file)};\n`).join("");

/** Each file's hooks are around its own tests alone, and what it holds goes with its last test. */
const scoped = (root: string, files: readonly string[]): string =>
  `${first(root)}import { suite } from "node:test";\n${files
    .map(
      (file) => `suite(${JSON.stringify(file)}, async () => void (await import(${address(root, file)})));\n`,
    )
    .join("")}`;
