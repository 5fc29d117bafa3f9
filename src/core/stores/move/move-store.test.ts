import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, type TestContext, test } from "node:test";
import { everything, fill, hashOf, jobsOf } from "../../../../test/support/full-store.ts";
import { freshDatabase, openOn as openPostgres } from "../../../../test/support/postgres-store.ts";
import type { Store } from "../../../protocols/store.ts";
import { examineDatabase } from "../postgres/examine-database.ts";
import { openPostgresSource } from "../postgres/open-source.ts";
import { openSqliteSource } from "../sqlite/open-source.ts";
import { openSqliteStore } from "../sqlite/sqlite-store.ts";
import { openOn as openSqlite, quietLog, temporaryFile, tickingClock } from "../sqlite/test-setup.ts";
import { moveStore } from "./move-store.ts";

/** So few that everything takes several steps, and some records more than one. */
const limits = { records: 5, items: 4, bytes: 600 };
const { now } = tickingClock();

const move = (from: string, to: string, more: object = {}) =>
  moveStore({ from, to, log: quietLog, now, limits, ...more });

class Killed extends Error {}

/** Moves until so much is done. @returns whether it came to that. */
async function killAt(done: number, from: string, to: string, phase = "copying"): Promise<boolean> {
  const onProgress = (told: string, soFar: number) => {
    if (told === phase && soFar >= done) throw new Killed();
  };
  return move(from, to, { onProgress }).then(
    () => false,
    (error: unknown) => {
      if (error instanceof Killed) return true;
      throw error;
    },
  );
}

/** Looks at a store, which is closed again. */
async function look<T>(opening: Promise<Store>, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await opening;
  try {
    return await work(store);
  } finally {
    await store.shutdown();
  }
}

const template = mkdtempSync(join(tmpdir(), "skeleton-move-"));
before(async () => {
  await look(openSqliteStore({ path: join(template, "full.db"), log: quietLog, ...tickingClock() }), fill);
});
after(() => rmSync(template, { recursive: true }));

/** A source of the test's own, in a folder with room for targets. */
function filled(context: TestContext): { path: string; from: string; folder: string } {
  const path = temporaryFile(context);
  copyFileSync(join(template, "full.db"), path);
  return { path, from: `sqlite:${path}`, folder: dirname(path) };
}

test("there and back, everything is the same: records, items, keys, order, hits, jobs", async (context) => {
  const { path, from, folder } = filled(context);
  const hash = hashOf(path);
  const url = await freshDatabase();
  const back = join(folder, "back.db");
  const there = await move(from, url);
  assert.equal(hashOf(path), hash, "the source is left as it is");
  const again = await move(url, `sqlite:${back}`);
  assert.deepEqual(
    [...again.stores].map(([name, { checksum }]) => [name, checksum]),
    [...there.stores].map(([name, { checksum }]) => [name, checksum]),
  );
  assert.ok(!JSON.stringify(again).includes("p%23ss"), "no password is told");

  const whole = await look(openSqlite(context, path), everything);
  assert.ok((whole.hits[0]?.length ?? 0) > 20 && whole.hits[1]?.length === 4);
  assert.deepEqual(await look(openSqlite(context, back), everything), whole);
  const inPostgres = await look(openPostgres(url), everything);
  assert.deepEqual(inPostgres.records, whole.records);
  assert.deepEqual(inPostgres.definitions, whole.definitions);
  assert.deepEqual(inPostgres.hits[1], whole.hits[1], "equal hits come newest first");

  const jobs = await look(openSqlite(context, path), jobsOf);
  assert.deepEqual(jobs, [2, 5, 1, 3, 4, 5, 6]);
  assert.deepEqual(await look(openSqlite(context, back), jobsOf), jobs);
  assert.deepEqual(await look(openPostgres(url), jobsOf), jobs);
  const [log, key] = ["log", "key 3 \0"];
  const long = { userId: "ann", store: "notes", id: "long" };
  for (const opening of [openSqlite(context, back), openPostgres(url)])
    await look(opening, async (store) => {
      assert.equal(await store.collectionAppend(long, log, {}, { key }), 2);
      assert.equal(await store.collectionAppend(long, log, {}), 20);
    });
});

test("killed at any step and given again it goes on, and until then nothing can be used", async (context) => {
  const { path, from, folder } = filled(context);
  const target = join(folder, "target.db");
  let kills = 0;
  for (; await killAt(1 + kills * 20, from, `sqlite:${target}`); kills += 1) {
    const used = openSqlite(context, target);
    await assert.rejects(used, { code: "store_unavailable", message: /Only a part .*test\.db is here/ });
    await assert.rejects(move(`sqlite:${target}`, `sqlite:${path}.2`), { message: /Only a part/ });
  }
  assert.ok(kills >= 10, `${kills} kills`);
  assert.deepEqual(
    await look(openSqlite(context, target), everything),
    await look(openSqlite(context, path), everything),
  );

  const url = await freshDatabase();
  assert.ok(await killAt(20, from, url));
  for (const use of [openPostgres, examineDatabase])
    await assert.rejects(use(url), { code: "store_unavailable", message: /Only a part/ });
  await move(from, url);
  const moved = await look(openPostgres(url), everything);
  assert.deepEqual(moved.records, (await look(openSqlite(context, path), everything)).records);
});

test("whatever is not the same in the end is told, and the target stays closed", async (context) => {
  const { path, from, folder } = filled(context);
  const notes = { userId: "ann", store: "notes" };
  const target = join(folder, "target.db");
  assert.ok(await killAt(1, from, `sqlite:${target}`, "comparing"));
  const source = await openSqlite(context, path);
  const titles = (await source.find(notes)).map(({ id }) => id);
  await source.update({ ...notes, id: "long" }, { done: true });
  await source.delete({ ...notes, id: titles[1] ?? "" });
  await source.add(notes, { title: "late" }, "late");
  await source.shutdown();
  const raw = new DatabaseSync(target);
  raw.exec(
    `delete from "store.notes" where id = 'large'; delete from "store.notes.items" where key like 'key 9%'`,
  );
  raw.exec(`delete from "store.notes.texts" where number = 9`);
  raw.close();
  const told = await move(from, `sqlite:${target}`).then(
    () => assert.fail("it was taken for the same"),
    (error: Error & { code: string }) => error,
  );
  assert.equal(told.code, "conflict");
  const lines = told.message.split("\n").slice(1);
  const named = (id: string) => `notes: the record ${JSON.stringify(id)} of "ann"`;
  assert.deepEqual(lines, [
    `${named(titles[1] ?? "")} is not in ${from}`,
    `${named("long")} is another`,
    `${named("large")} is missing`,
    "notes: the search index is another from its text 4 on",
  ]);
  await assert.rejects(openSqlite(context, target), { code: "store_unavailable" });
});

test("a record at another place in the order is told", async (context) => {
  const { from, folder } = filled(context);
  const target = join(folder, "target.db");
  assert.ok(await killAt(1, from, `sqlite:${target}`, "comparing"));
  const raw = new DatabaseSync(target);
  for (const table of ["store.notes", "store.notes.items", "store.notes.texts"]) {
    const column = table === "store.notes" ? "row#" : "record";
    raw.exec(`update "${table}" set "${column}" = 9000 where "${column}" = 2`);
  }
  raw.close();
  await assert.rejects(move(from, `sqlite:${target}`), {
    message: /^What arrived .*\nnotes: the record .* is at another place in the order/,
  });
});

test("a target that holds anything else is refused, and so is what cannot be moved", async (context) => {
  const { path, from, folder } = filled(context);
  const [target, other, rubbish] = ["target.db", "other.db", "rubbish"].map((name) => join(folder, name));
  writeFileSync(String(rubbish), "this is no database ".repeat(100));
  assert.ok(await killAt(10, from, `sqlite:${target}`));
  await look(openSqlite(context, String(other)), async (store) => {
    await store.createStoreIfNotExists("notes", { title: "str" });
    await store.add({ userId: "ann", store: "notes" }, { title: "here" });
  });
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [from, `sqlite:${other}`, /other\.db is not empty: it has records in notes/],
    [`sqlite:${other}`, `sqlite:${target}`, /A move from sqlite:.*test\.db to .*target\.db broke off/],
    [from, `sqlite://${path}`, /test\.db is both source and target/],
    [`sqlite:${folder}/nothing.db`, `sqlite:${target}`, /There is no file .*nothing\.db/],
    [`sqlite:${rubbish}`, `sqlite:${target}`, /rubbish cannot be used: file is not a database\./],
    [from, `sqlite:${rubbish}`, /rubbish cannot be used: file is not a database\./],
    ["mysql://ann:s3cret@host/db", from, /begins with `sqlite:` or `postgres:\/\/`/],
    ["postgres://ann:s3cret@127.0.0.1:1/db", from, /ann@127\.0\.0\.1:1\/db cannot be used: .*ECONNREFUSED/],
    [from, "postgres://ann:s3/cret@host/db", /no address of a PostgreSQL database/],
    [await freshDatabase(), `sqlite:${target}`, /holds nothing of Skeleton/],
  ];
  for (const [one, two, expected] of cases) {
    const told = await move(one, two).then(
      () => assert.fail(`${one} was moved to ${two}`),
      (error: Error & { hint: string }) => `${error.message}\n${error.hint}`,
    );
    assert.match(told, expected);
    assert.doesNotMatch(told, /s3cret|s3\/cret|p#ss|p%23ss/);
  }
  assert.ok(!existsSync(join(folder, "nothing.db")));
  await move(from, `sqlite:${target}`);
  await assert.rejects(move(from, `sqlite:${target}`), { message: /has been moved to .*target\.db already/ });
});

test("while somebody has the source or the target open nothing is moved, and nobody opens it meanwhile", async (context) => {
  const { path, from, folder } = filled(context);
  const url = await freshDatabase();
  const inUse = { code: "store_locked", message: /is in use\.$/ };
  const server = await openSqlite(context, path);
  await assert.rejects(move(from, url), inUse);
  await server.shutdown();
  const file = join(folder, "target.db");
  const waiting = await openSqlite(context, file);
  await assert.rejects(move(from, `sqlite:${file}`), inUse);
  await waiting.shutdown();

  const alone = openSqliteSource(path, "the file");
  await assert.rejects(openSqlite(context, path, { lockDelaysMs: [] }), { code: "store_locked" });
  await alone.close();

  await move(from, url);
  const other = await openPostgres(url);
  await assert.rejects(move(url, `sqlite:${file}`), inUse);
  await other.shutdown();
  const source = await openPostgresSource(url, "the database");
  await assert.rejects(openPostgres(url), { code: "store_locked", message: /is being moved/ });
  await source.close();
});
