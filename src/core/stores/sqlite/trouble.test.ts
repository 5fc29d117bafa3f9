import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { openSqliteStore } from "./sqlite-store.ts";
import { openOn, quietLog, startChild, temporaryFile, tickingClock } from "./test-setup.ts";

const place = { userId: "ann", store: "things" };
const SHAPE = { title: "str", log: "json_collection" } as const;
const SEARCHED = { search: ["title", "log.text"] };

test("a full disk is `store_full`; what was there stays, and what fits is still written", async (context) => {
  const store = await openOn(context, temporaryFile(context), { maxPages: 60 });
  await store.createStoreIfNotExists("things", SHAPE, SEARCHED);
  const at = { ...place, id: await store.add(place, { title: "small" }) };
  const big = { text: "x".repeat(1_000_000) };
  const calls = [
    store.collectionAppend(at, "log", { text: "before" }),
    store.collectionAppend(at, "log", big),
    store.transaction([
      { op: "append", at, field: "log", item: { text: "half" } },
      { op: "add", in: place, data: { title: big.text } },
    ]),
    store.collectionAppend(at, "log", { text: "after" }),
  ];
  const outcomes = await Promise.allSettled(calls);
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason.code : outcome.value)),
    [0, "store_full", "store_full", 1],
  );
  assert.equal(await store.collectionCount(at, "log"), 2);
  assert.equal((await store.fullTextSearch(place, "before")).length, 1);
  assert.deepEqual(await store.fullTextSearch(place, "half"), []);
  await store.ping();
});

test("a file that is no database is `store_unavailable` with its cause", async (context) => {
  const path = temporaryFile(context);
  writeFileSync(path, "this is not a database, but it is long enough to be looked at".repeat(50));
  await assert.rejects(
    openSqliteStore({ path, log: quietLog, ...tickingClock() }),
    (error: Error & { code?: string }) => {
      assert.equal(error.code, "store_unavailable");
      assert.match(String((error.cause as Error).message), /not a database/);
      return true;
    },
  );
});

test("a file of a newer program is left alone", async (context) => {
  const path = temporaryFile(context);
  await (await openOn(context, path)).shutdown();
  const database = new DatabaseSync(path);
  database.exec("update skeleton_facts set value = 99 where name = 'format'");
  database.close();
  await assert.rejects(openSqliteStore({ path, log: quietLog, ...tickingClock() }), {
    code: "schema_changed",
  });
});

test("shutdown folds the log back and the data is there again", async (context) => {
  const path = temporaryFile(context);
  const first = await openOn(context, path);
  await first.createStoreIfNotExists("things", SHAPE, SEARCHED);
  const writes = Array.from({ length: 20 }, () => first.add(place, { title: "kept" }));
  const closing = first.shutdown();
  await Promise.all(writes);
  await closing;
  const database = new DatabaseSync(path, { readOnly: true });
  assert.equal(database.prepare('select count(*) as n from "store.things"').get()?.n, 20);
  database.close();
  const second = await openOn(context, path);
  assert.equal(await second.count(place), 20);
  assert.equal((await second.fullTextSearch(place, "kept")).length, 20);
});

test("texts that come and go in the thousands leave an index that still answers", async (context) => {
  const store = await openOn(context, ":memory:");
  await store.createStoreIfNotExists("things", SHAPE, SEARCHED);
  for (let round = 0; round < 30; round += 1) {
    await store.transaction(
      Array.from({ length: 40 }, (_, n) => ({
        op: "add" as const,
        in: place,
        data: { title: `word ${n}` },
        id: `${n}`,
      })),
    );
    assert.equal((await store.fullTextSearch(place, "word")).length, 40);
    for (let n = 0; n < 40; n += 1) assert.equal(await store.delete({ ...place, id: `${n}` }), true);
  }
  assert.deepEqual(await store.fullTextSearch(place, "word"), []);
});

test("kill -9 while appending: everything acknowledged is there, and the file is whole", async (context) => {
  const path = temporaryFile(context);
  const first = await openOn(context, path);
  await first.createStoreIfNotExists("things", SHAPE, SEARCHED);
  const at = { ...place, id: await first.add(place, {}, "one") };
  await first.shutdown();
  for (const lines of [1, 7, 23, 40, 64]) {
    const child = startChild(context, "append", path, at.id, "1000000");
    let acknowledged = -1;
    for (let n = 0; n <= lines; n += 1)
      acknowledged = Math.max(acknowledged, Number((await child.line()) ?? -1) || -1);
    child.process.kill("SIGKILL");
    for (let line = await child.line(); line !== undefined; line = await child.line())
      acknowledged = Number(line);
    assert.equal(await child.ended, null);

    const store = await openSqliteStore({ path, log: quietLog, ...tickingClock() });
    const items = await store.collectionGet(at, "log");
    assert.ok(
      items.length > acknowledged,
      `${items.length} items, position ${acknowledged} was acknowledged`,
    );
    assert.ok(items.every(({ position }, index) => position === index));
    assert.equal(
      (await store.fullTextSearch(place, "item")).length,
      items.length,
      "the index has what the store has",
    );
    await store.shutdown();
    const database = new DatabaseSync(path, { readOnly: true });
    assert.equal(database.prepare("pragma integrity_check").get()?.integrity_check, "ok");
    database.close();
  }
});
