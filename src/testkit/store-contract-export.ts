import assert from "node:assert/strict";
import type { JsonObject } from "../protocols/json.ts";
import type { Store, WholeRecord } from "../protocols/store.ts";
import {
  addThing,
  mine,
  type Open,
  rejects,
  SCHEMA,
  storeTest,
  THINGS,
  theirs,
  unchecked,
} from "./store-contract-kit.ts";

/** Everything, page by page. */
async function exported(store: Store, limit: number): Promise<readonly WholeRecord[]> {
  const all: WholeRecord[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < 100; pages += 1) {
    const page = await store.exportRecords(THINGS, after === undefined ? { limit } : { limit, after });
    all.push(...page.records);
    if (page.next === undefined) return all;
    after = page.next;
  }
  return assert.fail("the pages do not come to an end");
}

/** Two users' records, some with items. */
async function fill(store: Store): Promise<void> {
  const first = await addThing(
    store,
    { title: "Zürich \0 \ud800", size: 3, weight: -1.5, done: true },
    "one",
  );
  await store.collectionAppend(first, "log", { text: "a needle" }, { key: "k" });
  await store.collectionAppend(first, "log", [1, null, { deep: ["x"] }]);
  await store.update(first, { extra: { nested: [1] } });
  await store.add(theirs, { title: "theirs" }, "one");
  for (let count = 0; count < 5; count += 1) await addThing(store, { size: count });
}

export function exportContract(open: Open): void {
  storeTest(open, "what was exported and imported elsewhere is the same", async (store) => {
    await fill(store);
    const all = await exported(store, 3);
    const other = await open();
    try {
      await other.createStoreIfNotExists(THINGS, SCHEMA, { search: ["title", "log.text"] });
      assert.equal(await other.importRecords(THINGS, all), 7);
      assert.deepEqual(await exported(other, 100), all);
      assert.deepEqual(await other.get({ ...mine, id: "one" }), await store.get({ ...mine, id: "one" }));
      assert.deepEqual(
        await other.collectionGet({ ...mine, id: "one" }, "log"),
        await store.collectionGet({ ...mine, id: "one" }, "log"),
      );
      assert.deepEqual(
        await other.fullTextSearch(mine, "needle"),
        await store.fullTextSearch(mine, "needle"),
      );
      assert.equal((await other.fullTextSearch(mine, "needle")).length, 1);
      assert.equal(await other.collectionAppend({ ...mine, id: "one" }, "log", {}, { key: "k" }), 0);
      assert.equal(await other.collectionAppend({ ...mine, id: "one" }, "log", {}), 2);
    } finally {
      await other.shutdown();
    }
  });

  storeTest(open, "pages of an export hold each record once, in order of creation", async (store) => {
    await fill(store);
    const whole = await exported(store, 100);
    assert.equal(whole.length, 7);
    for (const limit of [1, 2, 7]) assert.deepEqual(await exported(store, limit), whole);
    assert.deepEqual(
      whole[0]?.collections.log?.map(({ key }) => key),
      ["k", undefined],
    );
    assert.deepEqual(whole[1]?.collections, {});
  });

  storeTest(open, "an empty store exports nothing", async (store) => {
    assert.deepEqual(await store.exportRecords(THINGS), { records: [] });
    assert.equal(await store.importRecords(THINGS, []), 0);
  });

  storeTest(open, "importing again adds nothing and changes nothing", async (store) => {
    await fill(store);
    const all = await exported(store, 100);
    await store.update({ ...mine, id: "one" }, { title: "newer" });
    assert.equal(await store.importRecords(THINGS, [...all, ...all]), 0);
    assert.equal((await store.get({ ...mine, id: "one" }))?.title, "newer");
  });

  storeTest(open, "a record that does not fit is refused with all that came with it", async (store) => {
    await fill(store);
    const [good] = await exported(store, 1);
    assert.ok(good);
    const changed = (record: JsonObject, collections: object = {}): WholeRecord =>
      unchecked({ record: { ...good.record, id: "two", ...record }, collections });
    for (const bad of [
      changed({ size: "3" }),
      changed({ unknown: 1 }),
      changed({ id: "" }),
      changed({ user_id: "" }),
      changed({ created_at: "yesterday" }),
      changed({}, { title: [] }),
      changed({}, { log: [{ item: "text" }] }),
    ]) {
      await rejects(
        store.importRecords(THINGS, [changed({ id: "fine" }), bad]),
        "bad_input",
        JSON.stringify(bad),
      );
    }
    assert.equal(await store.get({ ...mine, id: "fine" }), undefined);
    await rejects(store.exportRecords("nothing"), "bad_input");
    await rejects(store.exportRecords(THINGS, { after: "x" }), "bad_input");
  });
}
