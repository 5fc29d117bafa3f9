import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { Logger } from "../../../protocols/plugin.ts";
import type { Store } from "../../../protocols/store.ts";
import { openSqliteStore, type SqliteSetup } from "./sqlite-store.ts";

/** For tests: a log that nobody reads. */
export const quietLog: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** For tests: a clock that moves by a millisecond with every reading, and ids that count. */
export function tickingClock(): { readonly now: () => Date; readonly newId: () => string } {
  let time = Date.UTC(2030, 0, 1);
  let ids = 0;
  return {
    now: () => {
      time += 1;
      return new Date(time);
    },
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
  };
}

/** For tests: a folder that is removed with the test. */
export function temporaryFile(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-store-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "test.db");
}

/** For tests: a store on a file, shut down with the test. */
export async function openOn(
  context: TestContext,
  path: string,
  more: Partial<SqliteSetup> = {},
): Promise<Store> {
  const store = await openSqliteStore({ path, log: quietLog, ...tickingClock(), ...more });
  context.after(() => store.shutdown());
  return store;
}

export type Child = {
  /** The next line it says; `undefined` when it has ended. */
  readonly line: () => Promise<string | undefined>;
  readonly process: ChildProcessWithoutNullStreams;
  /** Resolves when it has ended, with its exit code; `null` after a kill. */
  readonly ended: Promise<number | null>;
};

/** For tests: another process on the same file; see test-child.ts. */
export function startChild(context: TestContext, ...words: readonly string[]): Child {
  const script = fileURLToPath(new URL("./test-child.ts", import.meta.url));
  const child = spawn(process.execPath, [script, ...words]);
  context.after(() => child.kill("SIGKILL"));
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { line: async () => (await lines.next()).value as string | undefined, process: child, ended };
}
