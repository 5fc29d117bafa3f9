import assert from "node:assert/strict";
import type { Find, Where } from "../protocols/store.ts";
import { addThing, mine, type Open, rejects, storeTest, unchecked } from "./store-contract-kit.ts";

export function filtersContract(open: Open): void {
  storeTest(open, "every operator, with null in its place", async (store) => {
    await addThing(store, { title: "Apple pie", size: 1, weight: 0.5, done: true }, "a");
    await addThing(store, { title: "apricot_100%", size: 2, weight: 1.5, done: false }, "b");
    await addThing(store, { title: "Éclair", size: 3, weight: 2.5 }, "c");
    await addThing(store, {}, "d");
    const cases: [Where, string][] = [
      [{}, "abcd"],
      [{ size: 2 }, "b"],
      [{ size: 1.5 }, ""],
      [{ done: true }, "a"],
      [{ done: false }, "b"],
      [{ size: null }, "d"],
      [{ title: { $eq: "Apple pie" } }, "a"],
      [{ title: "apple pie" }, ""],
      [{ done: { $eq: null } }, "cd"],
      [{ size: { $ne: 2 } }, "acd"],
      [{ size: { $ne: null } }, "abc"],
      [{ size: { $gt: 1 } }, "bc"],
      [{ size: { $gte: 2, $lt: 3 } }, "b"],
      [{ weight: { $lte: 1.5 } }, "ab"],
      [{ title: { $gt: "Apple pie" } }, "bc"],
      [{ size: { $in: [1, 3, 9] } }, "ac"],
      [{ size: { $in: [1, null] } }, "ad"],
      [{ size: { $in: [] } }, ""],
      [{ done: { $in: [true, false] } }, "ab"],
      [{ title: { $like: "AP%" } }, "ab"],
      [{ title: { $like: "ap_le pie" } }, "a"],
      [{ title: { $like: "_clair" } }, "c"],
      [{ title: { $like: "éclair" } }, ""],
      [{ title: { $like: "%\\%" } }, ""],
      [{ title: { $contains: "PIE" } }, "a"],
      [{ title: { $contains: "_100%" } }, "b"],
      [{ title: { $contains: "p_e" } }, ""],
      [{ title: { $contains: "" } }, "abc"],
      [{ title: { $contains: "ap" }, size: { $ne: 2 } }, "a"],
      [{ id: { $in: ["a", "d"] }, user_id: "ann" }, "ad"],
      [{ created_at: { $gt: "2000" } }, "abcd"],
      [{ updated_at: { $lt: "1960" } }, ""],
    ];
    for (const [where, ids] of cases) {
      const found = await store.find(mine, { where });
      assert.equal(found.map(({ id }) => id).join(""), ids, JSON.stringify(where));
      assert.equal(await store.count(mine, where), ids.length, JSON.stringify(where));
    }
    const many = Array.from({ length: 40_000 }, (_, size) => size + 2);
    assert.equal(await store.count(mine, { size: { $in: many } }), 2);
  });

  storeTest(open, "conditions that make no sense are refused", async (store) => {
    const bad: Record<string, unknown>[] = [
      { nothing: 1 },
      { log: 1 },
      { extra: 1 },
      { title: 1 },
      { size: "1" },
      { size: true },
      { done: 1 },
      { title: {} },
      { title: undefined },
      { title: { $eq: undefined } },
      { title: { $regex: "a" } },
      { title: { eq: "a" } },
      { title: ["a"] },
      { title: { $in: "a" } },
      { title: { $in: [1] } },
      { title: { $gt: null } },
      { done: { $gt: true } },
      { size: { $like: "1" } },
      { size: { $contains: "1" } },
      { title: { $like: null } },
      { title: { $like: "x".repeat(1001) } },
      { 'title" = 1 --': "a" },
    ];
    for (const where of bad) {
      await rejects(store.find(mine, { where: unchecked(where) }), "bad_input", JSON.stringify(where));
      await rejects(store.count(mine, unchecked(where)), "bad_input", JSON.stringify(where));
      await rejects(
        store.findAll(mine.store, { where: unchecked(where) }),
        "bad_input",
        JSON.stringify(where),
      );
      await rejects(store.fullTextSearch(mine, "a", { where: unchecked(where) }), "bad_input");
    }
    const pages: Find[] = [{ offset: -1 }, { limit: -1 }, { limit: 1.5 }, { offset: Number.NaN }];
    for (const find of pages) await rejects(store.find(mine, find), "bad_input", JSON.stringify(find));
    for (const orderBy of ["nothing", "extra", "log", "size; drop"])
      await rejects(store.find(mine, { orderBy }), "bad_input", orderBy);
  });

  storeTest(
    open,
    "order: of creation, or by a field and then by id; descending turns it round",
    async (store) => {
      await addThing(store, { title: "b", size: 2, done: true }, "z");
      await addThing(store, { title: "B", size: null, done: false }, "y");
      await addThing(store, { title: "é", size: 2 }, "x");
      await addThing(store, { title: "a", size: -1, done: false }, "w");
      await addThing(store, { title: "\u{1f600}", size: 10 }, "v");
      await addThing(store, { title: "\uffee", size: 10 }, "u");
      const cases: [Find, string][] = [
        [{}, "zyxwvu"],
        [{ descending: true }, "uvwxyz"],
        [{ orderBy: "size" }, "ywxzuv"],
        [{ orderBy: "size", descending: true }, "vuzxwy"],
        [{ orderBy: "title" }, "ywzxuv"],
        [{ orderBy: "done" }, "uvxwyz"],
        [{ orderBy: "id" }, "uvwxyz"],
        [{ orderBy: "created_at", descending: true }, "uvwxyz"],
        [{ offset: 4 }, "vu"],
        [{ offset: 9 }, ""],
        [{ limit: 2 }, "zy"],
        [{ limit: 0 }, ""],
        [{ orderBy: "id", offset: 1, limit: 2 }, "vw"],
        [{ where: { size: 2 }, descending: true, limit: 1 }, "x"],
      ];
      for (const [find, ids] of cases) {
        const found = await store.find(mine, find);
        assert.equal(found.map(({ id }) => id).join(""), ids, JSON.stringify(find));
      }
    },
  );
}
