import assert from "node:assert/strict";
import type { At } from "../protocols/store.ts";
import { addThing, mine, type Open, rejects, storeTest, theirs, unchecked } from "./store-contract-kit.ts";

export function ownersContract(open: Open): void {
  storeTest(open, "somebody else's record is a missing one in every call", async (store) => {
    const at = await addThing(store, { title: "my secret", size: 1 }, "one");
    await store.collectionAppend(at, "log", { text: "another secret" }, { key: "k" });
    const before = [await store.get(at), await store.collectionGet(at, "log")];
    const foreign: At = { ...theirs, id: "one" };
    const message = async (promise: Promise<unknown>) =>
      promise.then(
        () => "nothing",
        (error: Error) => error.message.replaceAll("none", "one"),
      );
    const none: At = { ...theirs, id: "none" };
    assert.equal(await store.get(foreign), undefined);
    assert.deepEqual(await store.find(theirs), []);
    assert.deepEqual(await store.find(theirs, { where: { user_id: "ann" } }), []);
    assert.equal(await store.count(theirs), 0);
    assert.equal(await store.delete(foreign), false);
    assert.deepEqual(await store.fullTextSearch(theirs, "secret"), []);
    assert.deepEqual(await store.fullTextSearch(theirs, "1xsecret"), []);
    const calls = (where: At) => [
      () => store.update(where, { title: "x" }),
      () => store.update(where, { title: "x" }, { size: 1 }),
      () => store.collectionAppend(where, "log", {}),
      () => store.collectionAppend(where, "log", {}, { key: "k" }),
      () => store.collectionAppend(where, "log", {}, { position: 1 }),
      () => store.collectionGet(where, "log"),
      () => store.collectionFind(where, "log", "k"),
      () => store.collectionCount(where, "log"),
      () => store.transaction([{ op: "append", at: where, field: "log", item: {} }]),
    ];
    const told = await Promise.all(calls(foreign).map((call) => message(call())));
    assert.deepEqual(
      told,
      await Promise.all(calls(none).map((call) => message(call()))),
      "not even the words differ",
    );
    for (const call of calls(foreign)) await rejects(call(), "record_not_found");
    await store.transaction([{ op: "delete", at: foreign }]);
    assert.deepEqual([await store.get(at), await store.collectionGet(at, "log")], before);
  });

  storeTest(open, "two owners may have the same id and each keeps their own", async (store) => {
    const at = await addThing(store, { title: "mine" }, "same");
    const other = { ...theirs, id: await store.add(theirs, { title: "theirs" }, "same") };
    await store.collectionAppend(at, "log", { text: "mine" });
    await store.collectionAppend(other, "log", { text: "theirs" });
    await store.delete(other);
    assert.equal((await store.get(at))?.title, "mine");
    assert.equal(await store.collectionCount(at, "log"), 1);
    assert.equal((await store.fullTextSearch(mine, "mine")).length, 2);
  });

  storeTest(open, "other people's texts take no place in a search", async (store) => {
    const at = await addThing(store, { title: "whale, among quite a few other words" });
    await store.transaction(
      Array.from({ length: 30 }, () => ({ op: "add" as const, in: theirs, data: { title: "whale whale" } })),
    );
    const hits = await store.fullTextSearch(mine, "whale", { limit: 1 });
    assert.deepEqual(
      hits.map(({ record }) => record.id),
      [at.id],
    );
    assert.deepEqual(await store.fullTextSearch(mine, "whale", { offset: 1 }), []);
  });

  storeTest(open, "a call without an owner is refused", async (store) => {
    for (const userId of ["", undefined, null, 1]) {
      const place = { store: mine.store, userId: unchecked<string>(userId) };
      await rejects(store.find(place), "bad_input", String(userId));
      await rejects(store.add(place, {}), "bad_input", String(userId));
      await rejects(store.get({ ...place, id: "one" }), "bad_input", String(userId));
      await rejects(store.fullTextSearch(place, "a"), "bad_input", String(userId));
    }
  });

  storeTest(open, "findAll is for operators: everybody's records that fit", async (store) => {
    await store.add(mine, { size: 2 }, "b");
    await store.add(theirs, { size: 1 }, "a");
    await store.add(theirs, { size: 3 }, "c");
    const ids = async (find: object) =>
      (await store.findAll(mine.store, find)).map(({ id, user_id }) => `${user_id} ${id}`);
    assert.deepEqual(await ids({}), ["ann b", "bob a", "bob c"]);
    assert.deepEqual(await ids({ where: { size: { $lt: 3 } }, orderBy: "size" }), ["bob a", "ann b"]);
    assert.deepEqual(await ids({ orderBy: "size", descending: true, offset: 1, limit: 1 }), ["ann b"]);
  });
}
