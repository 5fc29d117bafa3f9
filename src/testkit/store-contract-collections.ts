import assert from "node:assert/strict";
import { addThing, mine, type Open, rejects, storeTest, unchecked } from "./store-contract-kit.ts";

export function collectionsContract(open: Open): void {
  storeTest(open, "positions count from 0 without gaps, also in parallel", async (store) => {
    const at = await addThing(store);
    const positions = await Promise.all(
      Array.from({ length: 50 }, (_, n) => store.collectionAppend(at, "log", { n })),
    );
    assert.deepEqual(
      [...positions].sort((a, b) => a - b),
      Array.from({ length: 50 }, (_, n) => n),
    );
    const items = await store.collectionGet(at, "log");
    for (const { position, item } of items) assert.equal(positions[(item as { n: number }).n], position);
    assert.equal(await store.collectionCount(at, "log"), 50);
  });

  storeTest(open, "items are objects or arrays and come back as they were", async (store) => {
    const at = await addThing(store);
    const before = await store.get(at);
    assert.equal(await store.collectionAppend(at, "log", { a: [1, { b: null }] }), 0);
    assert.equal(await store.collectionAppend(at, "log", []), 1);
    for (const item of ["text", 1, true, null, undefined, Number.NaN, new Date(0), { a: 1n }])
      await rejects(store.collectionAppend(at, "log", unchecked(item)), "bad_input", String(item));
    assert.deepEqual(await store.collectionGet(at, "log"), [
      { position: 0, item: { a: [1, { b: null }] } },
      { position: 1, item: [] },
    ]);
    assert.ok(String((await store.get(at))?.updated_at) > String(before?.updated_at));
  });

  storeTest(open, "pages of a collection", async (store) => {
    const at = await addThing(store);
    assert.deepEqual(await store.collectionGet(at, "log"), []);
    assert.equal(await store.collectionCount(at, "log"), 0);
    await store.transaction(
      Array.from({ length: 10 }, (_, n) => ({ op: "append" as const, at, field: "log", item: [n] })),
    );
    const read = async (page: object) =>
      (await store.collectionGet(at, "log", page)).map(({ position }) => position).join("");
    assert.equal(await read({}), "0123456789");
    assert.equal(await read({ offset: 7 }), "789");
    assert.equal(await read({ limit: 3 }), "012");
    assert.equal(await read({ offset: 8, limit: 5 }), "89");
    assert.equal(await read({ offset: 10 }), "");
    assert.equal(await read({ limit: 0 }), "");
    for (const page of [{ offset: -1 }, { limit: 0.5 }])
      await rejects(store.collectionGet(at, "log", page), "bad_input");
  });

  storeTest(open, "a collection of thousands comes back whole", async (store) => {
    const at = await addThing(store);
    await store.transaction(
      Array.from({ length: 4_500 }, (_, n) => ({ op: "append" as const, at, field: "log", item: [n] })),
    );
    const items = await store.collectionGet(at, "log", { offset: 1 });
    assert.equal(items.length, 4_499);
    assert.ok(items.every(({ position, item }, n) => position === n + 1 && (item as number[])[0] === n + 1));
    assert.equal((await store.collectionGet(at, "log", { limit: 4_000 })).length, 4_000);
  });

  storeTest(open, "an append with a key can be repeated", async (store) => {
    const at = await addThing(store);
    await store.collectionAppend(at, "log", { n: 0 });
    assert.equal(await store.collectionAppend(at, "log", { n: 1 }, { key: "k" }), 1);
    const written = await store.get(at);
    assert.equal(await store.collectionAppend(at, "log", { n: 2 }, { key: "k" }), 1);
    assert.equal(await store.collectionAppend(at, "log", { n: 3 }, { key: "k", position: 7 }), 1);
    assert.deepEqual(await store.get(at), written, "a repeated append writes nothing");
    assert.deepEqual(await store.collectionFind(at, "log", "k"), { position: 1, item: { n: 1 } });
    assert.equal(await store.collectionFind(at, "log", "other"), undefined);
    const other = await addThing(store);
    assert.equal(
      await store.collectionAppend(other, "log", {}, { key: "k" }),
      0,
      "a key belongs to its collection",
    );
    const same = await Promise.all(
      Array.from({ length: 9 }, () => store.collectionAppend(at, "log", {}, { key: "r" })),
    );
    assert.deepEqual(new Set(same), new Set([2]));
    assert.equal(await store.collectionCount(at, "log"), 3);
  });

  storeTest(open, "an append that expects a position gets that one or nothing", async (store) => {
    const at = await addThing(store);
    assert.equal(await store.collectionAppend(at, "log", {}, { position: 0 }), 0);
    await rejects(store.collectionAppend(at, "log", {}, { position: 0 }), "conflict");
    await rejects(store.collectionAppend(at, "log", {}, { position: 2 }), "conflict");
    for (const position of [-1, 0.5])
      await rejects(store.collectionAppend(at, "log", {}, { position }), "bad_input");
    assert.equal(await store.collectionCount(at, "log"), 1);
  });

  storeTest(open, "missing records and fields that are no collections", async (store) => {
    const none = { ...mine, id: "none" };
    await rejects(store.collectionAppend(none, "log", {}), "record_not_found");
    await rejects(store.collectionGet(none, "log"), "record_not_found");
    await rejects(store.collectionFind(none, "log", "k"), "record_not_found");
    await rejects(store.collectionCount(none, "log"), "record_not_found");
    const at = await addThing(store, { extra: [] });
    for (const field of ["extra", "title", "nothing", "id", "toString"]) {
      await rejects(store.collectionAppend(at, field, {}), "bad_input", field);
      await rejects(store.collectionGet(at, field), "bad_input", field);
      await rejects(store.collectionFind(at, field, "k"), "bad_input", field);
      await rejects(store.collectionCount(at, field), "bad_input", field);
    }
  });
}
