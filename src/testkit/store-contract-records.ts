import assert from "node:assert/strict";
import type { Json } from "../protocols/json.ts";
import { addThing, mine, type Open, rejects, storeTest, unchecked } from "./store-contract-kit.ts";

/** Arrays in arrays, so many levels of them. */
const nested = (levels: number): Json => {
  let value: Json = [];
  for (let level = 1; level < levels; level += 1) value = [value];
  return value;
};

export function recordsContract(open: Open): void {
  storeTest(open, "a record comes back as it was given, missing fields as null", async (store) => {
    const data = {
      title: "a",
      size: -3,
      weight: 1.5,
      done: true,
      extra: { deep: [1, null, "x", { y: false }] },
    };
    const at = await addThing(store, data);
    const record = await store.get(at);
    assert.match(String(record?.created_at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(record, {
      id: at.id,
      user_id: "ann",
      created_at: record?.created_at,
      updated_at: record?.created_at,
      ...data,
    });
    const empty = await store.get(await addThing(store));
    assert.deepEqual(
      [empty?.title, empty?.size, empty?.weight, empty?.done, empty?.extra],
      [null, null, null, null, null],
    );
    assert.equal(Object.hasOwn(empty ?? {}, "log"), false, "a collection is never in a record");
    assert.equal(await store.get({ ...mine, id: "none" }), undefined);
  });

  storeTest(open, "what was read does not change what is kept", async (store) => {
    const extra = { list: [1] };
    const at = await addThing(store, { extra });
    extra.list.push(2);
    const read = await store.get(at);
    assert.ok(read);
    (read.extra as { list: number[] }).list.push(3);
    assert.deepEqual((await store.get(at))?.extra, { list: [1] });
  });

  storeTest(open, "an id is given or made, and is unique for its owner", async (store) => {
    assert.equal(await store.add(mine, { title: "a" }, "one"), "one");
    assert.notEqual(await store.add(mine, {}), await store.add(mine, {}));
    await rejects(store.add(mine, { title: "b" }, "one"), "duplicate_record");
    assert.equal((await store.get({ ...mine, id: "one" }))?.title, "a");
    assert.equal(await store.add({ ...mine, userId: "bob" }, { title: "c" }, "one"), "one");
    for (const id of ["", "x".repeat(201)]) await rejects(store.add(mine, {}, id), "bad_input");
    assert.equal(await store.add(mine, {}, "x".repeat(200)), "x".repeat(200));
  });

  storeTest(open, "values of another type are refused, booleans are no numbers", async (store) => {
    const at = await addThing(store, { title: "a" });
    const wrong: Record<string, unknown[]> = {
      title: [1, true, {}, []],
      size: ["1", true, false, 1.5, Number.NaN, 2 ** 53, {}],
      weight: ["1", true, Number.NaN, Number.POSITIVE_INFINITY],
      done: [0, 1, "true"],
      extra: [Number.NaN, new Date(0), () => 1, 1n, { a: Number.POSITIVE_INFINITY }],
      log: [[], null, {}],
      unknown: [1, null],
      id: ["x"],
      user_id: ["bob"],
      created_at: ["2020"],
    };
    for (const [field, values] of Object.entries(wrong))
      for (const value of values) {
        await rejects(
          store.add(mine, { [field]: unchecked(value) }),
          "bad_input",
          `add ${field} ${String(value)}`,
        );
        await rejects(store.update(at, { [field]: unchecked(value) }), "bad_input", `update ${field}`);
      }
    assert.equal(await store.count(mine), 1);
    await store.update(at, { size: 2 ** 53 - 1, weight: 3, extra: "text", title: unchecked(undefined) });
    const record = await store.get(at);
    assert.deepEqual(
      [record?.size, record?.weight, record?.extra, record?.title],
      [2 ** 53 - 1, 3, "text", "a"],
    );
  });

  storeTest(
    open,
    "JSON that is nested too deep is refused before anything recurses into it",
    async (store) => {
      const at = await addThing(store, { extra: nested(100) });
      assert.deepEqual((await store.get(at))?.extra, nested(100));
      for (const levels of [101, 5_000, 200_000]) {
        await rejects(store.add(mine, { extra: nested(levels) }), "bad_input");
        await rejects(store.collectionAppend(at, "log", nested(levels)), "bad_input");
      }
      const loop: unknown[] = [];
      loop.push(loop);
      await rejects(store.update(at, { extra: unchecked(loop) }), "bad_input");
    },
  );

  storeTest(open, "every text survives: NUL, lone surrogates, quotes, any script", async (store) => {
    const texts = [
      "",
      "\0",
      "a\0b",
      "\ud83d",
      "x\udc00y",
      "\u{10fffe}",
      "\u{10fffe}0000",
      "'\"`;--",
      "héé 日本 👋🏽",
      "\ufeff",
    ];
    for (const text of texts) {
      const at = await addThing(
        store,
        { title: text, extra: { [text]: text } },
        text === "" ? "empty" : text,
      );
      const record = await store.get(at);
      assert.deepEqual([record?.id, record?.title, record?.extra], [at.id, text, { [text]: text }]);
      assert.equal(await store.collectionAppend(at, "log", [text], { key: text }), 0);
      assert.deepEqual(await store.collectionFind(at, "log", text), { position: 0, item: [text] });
      assert.deepEqual((await store.find(mine, { where: { title: text } })).length, 1, JSON.stringify(text));
      assert.deepEqual((await store.find(mine, { where: { title: { $in: [text] } } })).length, 1);
    }
  });

  storeTest(open, "a key called __proto__ is a key", async (store) => {
    const extra = JSON.parse('{"__proto__":{"a":1}}') as Json;
    const at = await addThing(store, { extra });
    assert.equal(JSON.stringify((await store.get(at))?.extra), '{"__proto__":{"a":1}}');
  });

  storeTest(open, "update sets what is given, null clears, updated_at moves", async (store) => {
    const at = await addThing(store, { title: "a", size: 1, done: true });
    const before = await store.get(at);
    await store.update(at, { title: "b", done: null });
    const after = await store.get(at);
    assert.deepEqual([after?.title, after?.size, after?.done], ["b", 1, null]);
    assert.equal(after?.created_at, before?.created_at);
    assert.ok(String(after?.updated_at) > String(before?.updated_at));
    await store.update(at, {});
    assert.ok(String((await store.get(at))?.updated_at) > String(after?.updated_at));
    await rejects(store.update({ ...mine, id: "none" }, { title: "b" }), "record_not_found");
  });

  storeTest(open, "update with a condition changes only what is as expected", async (store) => {
    const at = await addThing(store, { title: "a", size: 1 });
    await store.update(at, { size: 2 }, { size: 1, title: { $ne: "b" } });
    await rejects(store.update(at, { size: 3 }, { size: 1 }), "conflict");
    await rejects(store.update({ ...mine, id: "none" }, {}, { size: 1 }), "record_not_found");
    await rejects(store.update(at, {}, { nothing: 1 }), "bad_input");
    await rejects(store.update(at, { size: 3 }, { done: { $ne: null } }), "conflict");
    assert.equal((await store.get(at))?.size, 2);
  });

  storeTest(open, "of many who compare and set at once, one wins", async (store) => {
    const at = await addThing(store, { size: 0 });
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => store.update(at, { size: n + 1 }, { size: 0 })),
    );
    assert.equal(tries.filter(({ status }) => status === "fulfilled").length, 1);
  });

  storeTest(open, "delete removes a record with its collections, once", async (store) => {
    const at = await addThing(store, { title: "gone" }, "one");
    await store.collectionAppend(at, "log", { text: "gone too" }, { key: "k" });
    assert.equal(await store.delete(at), true);
    assert.equal(await store.delete(at), false);
    assert.equal(await store.get(at), undefined);
    await addThing(store, {}, "one");
    assert.equal(await store.collectionCount(at, "log"), 0);
    assert.equal(await store.collectionFind(at, "log", "k"), undefined);
  });
}
