import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { databaseToCopy } from "../../src/cli/backup.ts";
import { backUpDatabase } from "../../src/core/stores/sqlite/back-up.ts";
import type { SkeletonError } from "../../src/lib/errors.ts";
import { startServer } from "../../src/main.ts";
import { testConfig } from "../../src/testkit/test-host.ts";
import { until } from "../../src/testkit/until.ts";
import { compiledOnce, program } from "../support/program.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const run = promisify(execFile);

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-backup-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

type Told = { readonly threadId: string; readonly content: string };

/** Says one thing after another, each in a thread of its own, and notes what was acknowledged. */
function talking(server: TestServer, name: string, acknowledged: Told[]) {
  let over = false;
  const talk = async () => {
    for (let count = 0; !over; count++) {
      const content = `${name} says ${count}`;
      const response = await server.as("ada")("/api/v1/message", {
        method: "POST",
        headers: { accept: "application/json" },
        form: { content },
      });
      assert.equal(response.status, 202);
      const { thread_id: threadId } = (await response.json()) as { thread_id: string };
      acknowledged.push({ threadId, content });
      await sleep(20); // enough to be in the middle of everything
    }
  };
  const talked = talk();
  return async () => {
    over = true;
    await talked;
  };
}

/** A data folder made of a copy of the database, and what is kept beside it. */
function restore(t: TestContext, copy: string, from: string): string {
  const folder = newFolder(t);
  copyFileSync(copy, join(folder, "skeleton.db"));
  for (const name of ["users.yaml", "jwt.secret"]) copyFileSync(join(from, name), join(folder, name));
  return folder;
}

test("a copy made while the server writes has all that was acknowledged before, is sound, and a server starts on it", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const acknowledged: Told[] = [];
  const quieten = ["Ann", "Ben"].map((name) => talking(server, name, acknowledged));
  await until("ten things are said", () => acknowledged.length >= 10);
  const before = [...acknowledged];
  const copy = join(newFolder(t), "copy.db");
  const { stderr } = await run(process.execPath, [program, "backup", copy, "--data", server.dataPath], {
    cwd: newFolder(t),
    env: { PATH: process.env.PATH, ...compiledOnce },
  });
  assert.match(stderr, /copy\.db: \d+\.\d MiB/);
  assert.ok(acknowledged.length > before.length, "it was written to meanwhile");
  for (const quiet of quieten) await quiet();
  assert.equal(statSync(copy).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(copy, "..")), ["copy.db"], "it is one file");

  const again = await startServer({
    ...testConfig({
      ...{
        port: 0,
        log_level: "silent",
        data_path: restore(t, copy, server.dataPath),
        rate_limits: { enabled: false },
      },
      models: { discover: false },
    }),
    host: "127.0.0.1",
  });
  t.after(() => again.close());
  for (const { threadId, content } of before) {
    // Signed in at the other: the secret of the tokens was copied, too.
    const response = await server.as("ada")(`${again.url}/api/v1/threads/${threadId}/messages`);
    const [said] = (await response.json()) as { content: string }[];
    assert.equal(said?.content, content);
  }
  const found = await server.as("ada")(`${again.url}/api/v1/search?q=${encodeURIComponent("Ann says 0")}`);
  assert.match(await found.text(), /Ann says 0/);
});

test("a copy takes the place of an older one only when it is whole, and never that of the database", async (t) => {
  const folder = newFolder(t);
  const from = join(folder, "skeleton.db");
  const database = new DatabaseSync(from);
  // Nothing of it leaves the log by itself.
  database.exec(
    "pragma journal_mode = wal; pragma wal_autocheckpoint = 0; create table t (x); insert into t values (1)",
  );
  const to = join(folder, "copy.db");
  await backUpDatabase(from, to);
  database.exec("insert into t values (2)");
  writeFileSync(`${to}.part`, "what one that was killed has left");
  assert.equal(await backUpDatabase(from, to), statSync(to).size);
  const copy = new DatabaseSync(to, { readOnly: true });
  assert.deepEqual({ ...copy.prepare("select count(*) as rows from t").get() }, { rows: 2 });
  copy.close();
  assert.equal(existsSync(`${to}.part`), false);

  await assert.rejects(backUpDatabase(from, from), { code: "bad_input", message: /is the database itself/ });
  await assert.rejects(backUpDatabase(join(folder, "other.db"), to), {
    code: "bad_input",
    message: /no database/,
  });
  mkdirSync(join(folder, "taken"));
  for (const wrong of [join(folder, "missing", "copy.db"), join(folder, "taken")])
    await assert.rejects(backUpDatabase(from, wrong), { code: "store_unavailable" });
  assert.equal(existsSync(join(folder, "taken.part")), false);
  writeFileSync(join(folder, "damaged.db"), "this is no database, whatever it is called".repeat(100));
  await assert.rejects(backUpDatabase(join(folder, "damaged.db"), to), { code: "store_unavailable" });
  const still = new DatabaseSync(to, { readOnly: true });
  assert.deepEqual({ ...still.prepare("select count(*) as rows from t").get() }, { rows: 2 });
  still.close();
  database.close();
});

test("a copy of many steps is of one moment, and does not begin again whenever somebody writes", async (t) => {
  const folder = newFolder(t);
  const database = new DatabaseSync(join(folder, "skeleton.db"));
  const count = (on: DatabaseSync) => Number(on.prepare("select count(*) as rows from t").get()?.rows);
  // Of pages so small that there are 20,000.
  database.exec(
    "pragma page_size = 512; pragma journal_mode = wal; pragma synchronous = off; create table t (x)",
  );
  const numbers = "with recursive n (i) as (select 1 union all select i + 1 from n where i < 2000)";
  database.exec(`insert into t ${numbers} select zeroblob(5000) from n`);
  const before = count(database);
  let copied = false;
  const copying = backUpDatabase(join(folder, "skeleton.db"), join(folder, "copy.db")).finally(() => {
    copied = true;
  });
  while (!copied) {
    database.exec("insert into t values (1)");
    await new Promise((resolve) => setImmediate(resolve));
  }
  await copying;
  const copy = new DatabaseSync(join(folder, "copy.db"), { readOnly: true });
  const rows = count(copy);
  assert.ok(rows >= before && rows < count(database), `${before} <= ${rows} < ${count(database)}`);
  copy.close();
  database.close();
});

test("what is on PostgreSQL is left to its tools, and of nothing no copy is made", () => {
  const on = (changes: Parameters<typeof testConfig>[0]) => () => databaseToCopy(testConfig(changes));
  assert.equal(on({ data_path: "there" })(), join("there", "skeleton.db"));
  assert.throws(on({ database_url: "postgres://me:s3cret@127.0.0.1:1/x" }), (error: SkeletonError) => {
    assert.match(error.hint, /pg_dump/);
    assert.doesNotMatch(`${error}${error.hint}`, /s3cret/);
    return true;
  });
  assert.throws(on({ mode: "ephemeral" }), /nothing to copy/);
});
