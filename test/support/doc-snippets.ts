import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/**
 * Writes the code of pages in `docs/`, of which every snippet begins with a comment that names its file, into a folder where
 * the contracts and packages are found as in a clone. It is gone after the tests.
 */
export function docSnippets(...names: readonly string[]) {
  const pages = names.map((name) => readFileSync(join(root, "docs", name), "utf8")).join("\n");
  const scratch = mkdtempSync(join(tmpdir(), "skeleton-docs-"));
  after(() => rmSync(scratch, { recursive: true }));
  for (const name of ["src", "node_modules", "package.json"])
    symlinkSync(join(root, name), join(scratch, name));
  const snippets = [...pages.matchAll(/```[tj]s\n\/\/ (\S+)\n(.*?)```/gs)];
  assert.equal(snippets.length, [...pages.matchAll(/```[tj]s$/gm)].length, "every snippet names its file");
  for (const [, path = "", text = ""] of snippets) {
    mkdirSync(dirname(join(scratch, path)), { recursive: true });
    writeFileSync(join(scratch, path), text);
  }
  return {
    pages,
    plugins: join(scratch, "plugins"),
    /** A test of the pages passes. */
    async passes(path: string): Promise<void> {
      // Without the variable by which the runner knows its own children, or it would not run a test of its own.
      const { NODE_TEST_CONTEXT: _, ...env } = process.env;
      const words = ["--test", "--test-reporter=tap", join(scratch, path)];
      const { stdout } = await run(process.execPath, words, { env });
      assert.match(stdout, /# pass 1\n# fail 0/);
    },
    /** The TypeScript of the pages fits the contracts. */
    async fit(): Promise<void> {
      const options = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8")) as object;
      writeFileSync(join(scratch, "tsconfig.json"), JSON.stringify({ ...options, include: ["plugins"] }));
      const tsc = join(root, "node_modules/.bin/tsc");
      await run(process.execPath, [tsc, "-p", scratch]).catch((error: { stdout?: string }) =>
        assert.fail(error.stdout ?? String(error)),
      );
    },
  };
}
