import assert from "node:assert/strict";
import type { FieldType, StoreSchema } from "../protocols/store.ts";
import {
  addThing,
  mine,
  type Open,
  rejects,
  SCHEMA,
  storeTest,
  THINGS,
  unchecked,
} from "./store-contract-kit.ts";

export function definitionsContract(open: Open): void {
  storeTest(open, "a store is created once and found by its name", async (store) => {
    assert.equal(await store.createStoreIfNotExists("b-2_X", { title: "str" }), true);
    assert.equal(await store.createStoreIfNotExists("b-2_X", { title: "str" }), false);
    assert.deepEqual(await store.listStores(), ["b-2_X", THINGS]);
    assert.deepEqual(await store.findStore("b-2_X"), {
      name: "b-2_X",
      schema: { title: "str" },
      options: { indexes: [], search: [] },
    });
    assert.equal(await store.findStore("none"), undefined);
  });

  storeTest(open, "names that differ in capitals alone are different names", async (store) => {
    assert.equal(await store.createStoreIfNotExists("Things", { Title: "str", title: "int" }), true);
    const id = await store.add({ userId: "ann", store: "Things" }, { Title: "a", title: 1 });
    const record = await store.get({ userId: "ann", store: "Things", id });
    assert.deepEqual([record?.Title, record?.title], ["a", 1]);
    assert.equal(await store.count(mine), 0);
  });

  storeTest(open, "a store may be called like the tables and words of a database", async (store) => {
    const schema: StoreSchema = Object.fromEntries([
      ["rowid", "str"],
      ["order", "int"],
      ["constructor", "str"],
    ] as const);
    for (const name of [
      "sqlite_master",
      "select",
      "things_items",
      "things-search",
      "pg_class",
      "x".repeat(64),
    ]) {
      assert.equal(await store.createStoreIfNotExists(name, schema), true);
      const id = await store.add({ userId: "ann", store: name }, { rowid: "r", order: 3, constructor: "c" });
      const [record] = await store.find(
        { userId: "ann", store: name },
        { where: { order: 3 }, orderBy: "rowid" },
      );
      assert.deepEqual([record?.id, record?.rowid, record?.constructor], [id, "r", "c"]);
    }
  });

  storeTest(open, "bad names, types, indexes and searched texts are refused", async (store) => {
    for (const name of ["", "a b", "a.b", "ä", 'a"b', "x".repeat(65)])
      await rejects(store.createStoreIfNotExists(name, { a: "str" }), "bad_input", name);
    for (const field of [
      "",
      "1a",
      "a-b",
      "a b",
      "ä",
      "x".repeat(65),
      "id",
      "user_id",
      "created_at",
      "updated_at",
    ])
      await rejects(store.createStoreIfNotExists("s", { [field]: "str" }), "bad_input", field);
    for (const type of ["text", "", "STR", "constructor"])
      await rejects(store.createStoreIfNotExists("s", { a: unchecked<FieldType>(type) }), "bad_input", type);
    const schema = { a: "str", n: "int", j: "json", c: "json_collection" } as const;
    for (const index of [[], ["b"], ["j"], ["c"]])
      await rejects(store.createStoreIfNotExists("s", schema, { indexes: [index] }), "bad_input", `${index}`);
    for (const text of ["b", "n", "c", "a.b", "c.", "", "id"])
      await rejects(store.createStoreIfNotExists("s", schema, { search: [text] }), "bad_input", text);
    assert.equal(await store.findStore("s"), undefined);
  });

  storeTest(open, "new fields are added; old records answer null; unmentioned fields stay", async (store) => {
    const at = await addThing(store, { title: "old", size: 1 });
    assert.equal(
      await store.createStoreIfNotExists(THINGS, { color: "str", notes: "json_collection" }),
      false,
    );
    const record = await store.get(at);
    assert.deepEqual([record?.title, record?.size, record?.color], ["old", 1, null]);
    await store.update(at, { color: "red" });
    assert.equal(await store.collectionAppend(at, "notes", { a: 1 }), 0);
    assert.deepEqual((await store.findStore(THINGS))?.schema, {
      ...SCHEMA,
      color: "str",
      notes: "json_collection",
    });
  });

  storeTest(open, "indexes and searched texts grow, and old texts are found", async (store) => {
    await store.createStoreIfNotExists("plain", { title: "str", log: "json_collection" });
    const place = { userId: "ann", store: "plain" };
    const id = await store.add(place, { title: "an old castle" });
    await store.collectionAppend({ ...place, id }, "log", { text: "a moat around it" });
    assert.deepEqual(await store.fullTextSearch(place, "castle"), []);
    await store.createStoreIfNotExists("plain", {}, { indexes: [["title"]], search: ["title"] });
    await store.createStoreIfNotExists("plain", {}, { indexes: [["title"]], search: ["log.text"] });
    assert.deepEqual((await store.findStore("plain"))?.options, {
      indexes: [["title"]],
      search: ["title", "log.text"],
    });
    assert.equal((await store.fullTextSearch(place, "castle")).length, 1);
    assert.equal((await store.fullTextSearch(place, "moat"))[0]?.item?.position, 0);
  });

  storeTest(open, "a field cannot change its type, and nothing is changed by trying", async (store) => {
    const before = await store.findStore(THINGS);
    await rejects(store.createStoreIfNotExists(THINGS, { color: "str", size: "str" }), "schema_changed");
    await rejects(store.createStoreIfNotExists(THINGS, { log: "json" }), "schema_changed");
    await rejects(store.createStoreIfNotExists(THINGS, { "bad name": "str" }), "bad_input");
    assert.deepEqual(await store.findStore(THINGS), before);
  });

  storeTest(open, "creating the same store many times at once creates it once", async (store) => {
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        store.createStoreIfNotExists("race", { a: "str", [`f${at}`]: "int" }),
      ),
    );
    assert.equal(made.filter(Boolean).length, 1);
    assert.equal(Object.keys((await store.findStore("race"))?.schema ?? {}).length, 9);
  });

  storeTest(open, "a store that was never created is bad input everywhere", async (store) => {
    const place = { userId: "ann", store: "nowhere" };
    const at = { ...place, id: "x" };
    for (const call of [
      () => store.add(place, {}),
      () => store.get(at),
      () => store.find(place),
      () => store.count(place),
      () => store.update(at, {}),
      () => store.delete(at),
      () => store.collectionAppend(at, "log", {}),
      () => store.collectionGet(at, "log"),
      () => store.collectionFind(at, "log", "k"),
      () => store.collectionCount(at, "log"),
      () => store.fullTextSearch(place, "a"),
      () => store.transaction([{ op: "delete", at }]),
      () => store.findAll("nowhere"),
    ])
      await rejects(call(), "bad_input");
  });

  storeTest(open, "a store that was shut down says so", async (store) => {
    await store.ping();
    await store.shutdown();
    await store.shutdown();
    await rejects(store.ping(), "store_unavailable");
    await rejects(store.add(mine, {}), "store_unavailable");
    await rejects(store.find(mine), "store_unavailable");
    await rejects(store.fullTextSearch(mine, "a"), "store_unavailable");
  });
}
