import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makePythonSkeleton } from "../../../test/support/python-skeleton-database.ts";
import { openSkeletonSource } from "./skeleton-source.ts";

/** Runs as somebody who may not write everywhere. */
function unprivileged<T>(run: () => T): T {
  const { getuid, seteuid } = process;
  if (getuid?.() !== 0 || seteuid === undefined) return run();
  seteuid(65_534);
  try {
    return run();
  } finally {
    seteuid(0);
  }
}

test("a database in a folder that is only for reading is read, with what its server left beside it, and no copy stays", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-backup-"));
  t.after(() => {
    chmodSync(folder, 0o755);
    rmSync(folder, { recursive: true });
  });
  const [live, path] = [join(folder, "live.db"), join(folder, "skeleton.db")];
  const times = { created: "2024-01-01T00:00:00", updated: "2024-01-01T00:00:00" };
  const running = makePythonSkeleton(live, [{ id: "t", user: "ada", title: "Tea", ...times, items: [] }]);
  for (const end of ["", "-wal"]) copyFileSync(`${live}${end}`, `${path}${end}`);
  running.close();
  rmSync(live);
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o444);
  chmodSync(folder, 0o555);
  const copies = () => readdirSync(tmpdir()).filter((name) => name.startsWith("skeleton-import-"));
  const before = copies();
  unprivileged(() => {
    const source = openSkeletonSource(path);
    assert.deepEqual([...source.users], [["ada", 1]]);
    assert.equal(copies().length, before.length + 1);
    source.close();
  });
  assert.deepEqual(copies(), before);
  assert.deepEqual(readdirSync(folder).sort(), ["skeleton.db", "skeleton.db-wal"]);
});
