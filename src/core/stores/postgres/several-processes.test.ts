import assert from "node:assert/strict";
import { test } from "node:test";
import pg from "pg";
import { freshDatabase, openOn, query } from "../../../../test/support/postgres-store.ts";
import { until } from "../../../testkit/until.ts";

/* Stores of several processes: each has connections of its own and knows nothing of the others. */

const place = { userId: "ann", store: "things" };
const SHAPE = { title: "str", size: "int", log: "json_collection" } as const;

async function two(more: { readonly lockMs?: number } = {}) {
  const url = await freshDatabase();
  const [first, second] = await Promise.all([openOn(url, more), openOn(url, more)]);
  await first.createStoreIfNotExists("things", SHAPE);
  const at = { ...place, id: await first.add(place, { size: 0 }, "one") };
  return { url, first, second, at, close: () => Promise.all([first.shutdown(), second.shutdown()]) };
}

test("appends at once leave no gap and lose nothing", async () => {
  const { first, second, at, close } = await two();
  const positions = await Promise.all(
    Array.from({ length: 200 }, (_, n) => (n % 2 === 0 ? first : second).collectionAppend(at, "log", { n })),
  );
  assert.deepEqual(
    positions.sort((a, b) => a - b),
    Array.from({ length: 200 }, (_, n) => n),
  );
  const items = await second.collectionGet(at, "log");
  assert.equal(new Set(items.map(({ item }) => (item as { n: number }).n)).size, 200);
  await close();
});

test("an item with a key that several append at once is there once", async () => {
  const { first, second, at, close } = await two();
  for (let round = 0; round < 20; round += 1) {
    const options = { key: `k${round}` };
    const positions = await Promise.all(
      [first, second, first, second].map((store) => store.collectionAppend(at, "log", {}, options)),
    );
    assert.deepEqual(new Set(positions), new Set([round]));
  }
  assert.equal(await first.collectionCount(at, "log"), 20);
  await close();
});

test("of several who compare and set at once, one wins", async () => {
  const { first, second, at, close } = await two();
  for (let round = 0; round < 20; round += 1) {
    const tries = await Promise.allSettled(
      [first, second, first, second].map((store) => store.update(at, { size: round + 1 }, { size: round })),
    );
    assert.equal(tries.filter(({ status }) => status === "fulfilled").length, 1);
  }
  await close();
});

test("transactions that get in each other's way are done all the same", async () => {
  const { first, second, at, close } = await two();
  const other = { ...place, id: await first.add(place, {}, "two") };
  const both = (n: number) =>
    (n % 2 === 0 ? [at, other] : [other, at]).map((one) => ({
      op: "append" as const,
      at: one,
      field: "log",
      item: { n },
    }));
  await Promise.all(
    Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? first : second).transaction(both(n))),
  );
  assert.equal(await first.collectionCount(at, "log"), 20);
  assert.equal(await second.collectionCount(other, "log"), 20);
  await close();
});

test("a record that is deleted while another process appends leaves nothing behind", async () => {
  const { url, first, at, close } = await two();
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  // As an append does it, with its commit still to come.
  await other.query(`begin; update "store.things" set "log#length" = 1;
    insert into "store.things.items" select user_id, "row#", 'log', 0, null, '{}' from "store.things"`);
  const deleted = first.delete(at);
  const waiting = "select from pg_stat_activity where wait_event_type = 'Lock'";
  await until("the removal waits for it", async () => (await query(url, waiting)).length);
  await other.query("commit");
  assert.equal(await deleted, true);
  assert.deepEqual(await query(url, 'select from "store.things.items"'), []);
  await other.end();
  await close();
});

test("what another process makes, grows and searches is known at the next call", async () => {
  const { first: old, second: young, at, close } = await two();
  await young.createStoreIfNotExists("things", { color: "str" }, { search: ["title", "log.text"] });
  await young.createStoreIfNotExists("new", { a: "str" });

  await old.collectionAppend(at, "log", { text: "a comet" });
  assert.equal((await young.fullTextSearch(place, "comet")).length, 1, "written with the newest definition");
  await old.update(at, { color: "red" });
  assert.equal((await old.find(place, { where: { color: "red" } })).length, 1);
  assert.equal(await old.count({ ...place, store: "new" }), 0);
  await close();
});

test("a record that somebody keeps locked is `store_locked`, and nothing was written", async () => {
  const { url, first, second, at, close } = await two({ lockMs: 50 });
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  await other.query(`begin; select from "store.things" for update`);
  await assert.rejects(first.collectionAppend(at, "log", {}), { code: "store_locked" });
  assert.equal((await second.get(at))?.size, 0, "reading goes on");
  const [waits, free] = await Promise.allSettled([
    first.collectionAppend(at, "log", {}),
    first.add(place, {}, "three"),
  ]);
  assert.deepEqual([waits.status, free.status], ["rejected", "fulfilled"], "who comes along is not kept");
  await other.query("rollback");
  assert.equal(await first.collectionAppend(at, "log", {}), 0);
  await other.end();
  await close();
});
