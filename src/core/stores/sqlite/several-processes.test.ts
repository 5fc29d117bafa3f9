import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { openOn, startChild, temporaryFile } from "./test-setup.ts";

const place = { userId: "ann", store: "things" };
const SHAPE = { title: "str", log: "json_collection" } as const;

async function storeWithRecord(context: TestContext, path: string, lockDelaysMs?: readonly number[]) {
  const store = await openOn(context, path, lockDelaysMs === undefined ? {} : { lockDelaysMs });
  await store.createStoreIfNotExists("things", SHAPE);
  return { store, at: { ...place, id: await store.add(place, { title: "one" }, "one") } };
}

test("a lock that another process keeps is `store_locked`, and nothing was written", async (context) => {
  const path = temporaryFile(context);
  const { store, at } = await storeWithRecord(context, path, [1, 2]);
  const child = startChild(context, "hold", path);
  assert.equal(await child.line(), "held");
  await assert.rejects(store.collectionAppend(at, "log", {}), { code: "store_locked" });
  await assert.rejects(store.ping(), { code: "store_locked" });
  assert.equal((await store.get(at))?.title, "one", "reading goes on");
  child.process.stdin.end();
  assert.equal(await child.ended, 0);
  assert.equal(await store.collectionAppend(at, "log", {}), 0);
});

test("a lock that is released in time is waited for", async (context) => {
  const path = temporaryFile(context);
  const { store, at } = await storeWithRecord(context, path);
  const child = startChild(context, "hold", path);
  await child.line();
  const append = store.collectionAppend(at, "log", {});
  child.process.stdin.end();
  assert.equal(await append, 0);
});

test("two processes that append at once leave no gap and lose nothing", async (context) => {
  const path = temporaryFile(context);
  const { store, at } = await storeWithRecord(context, path);
  const child = startChild(context, "append", path, at.id, "60");
  assert.equal(await child.line(), "ready");
  const positions: number[] = [];
  for (let n = 0; n < 60; n += 1)
    positions.push(await store.collectionAppend(at, "log", { by: process.pid }));
  for (let line = await child.line(); line !== undefined; line = await child.line())
    positions.push(Number(line));
  assert.equal(await child.ended, 0);
  assert.deepEqual(
    positions.sort((a, b) => a - b),
    Array.from({ length: 120 }, (_, n) => n),
  );
  const writers = new Set(
    (await store.collectionGet(at, "log")).map(({ item }) => (item as { by: number }).by),
  );
  assert.equal(writers.size, 2);
});

test("processes that make one store at the same time make it once, with the fields of all", async (context) => {
  const path = temporaryFile(context);
  const children = ["f1", "f2", "f3"].map((field) => startChild(context, "create", path, field));
  const told = await Promise.all(children.map((child) => child.line()));
  assert.deepEqual(told.sort(), ["found", "found", "made"]);
  await Promise.all(children.map((child) => child.ended));
  const store = await openOn(context, path);
  assert.deepEqual(Object.keys((await store.findStore("race"))?.schema ?? {}).sort(), [
    "a",
    "f1",
    "f2",
    "f3",
  ]);
});

test("what another process makes, grows and searches is known at the next call", async (context) => {
  const path = temporaryFile(context);
  const { store: old, at } = await storeWithRecord(context, path);
  const young = await openOn(context, path);
  await young.createStoreIfNotExists("things", { color: "str" }, { search: ["title", "log.text"] });
  await young.createStoreIfNotExists("new", { a: "str" });

  await old.collectionAppend(at, "log", { text: "a comet" });
  assert.equal((await young.fullTextSearch(place, "comet")).length, 1, "written with the newest definition");
  await old.update(at, { color: "red" });
  assert.equal((await old.find(place, { where: { color: "red" } })).length, 1);
  assert.equal(await old.count({ ...place, store: "new" }), 0);
});
