import assert from "node:assert/strict";
import type { SearchHit, Store, Where } from "../protocols/store.ts";
import { addThing, mine, type Open, rejects, storeTest } from "./store-contract-kit.ts";

/** The texts of the hits, in order of the alphabet unless told otherwise. */
const found = async (store: Store, query: string) =>
  (await store.fullTextSearch(mine, query)).map(({ snippet }) => snippet).sort();
const marked = ({ snippet, marks }: SearchHit) => marks.map(([start, end]) => snippet.slice(start, end));

export function searchContract(open: Open): void {
  storeTest(
    open,
    "words in any order, all of them, the last as a beginning, phrases in quotes",
    async (store) => {
      const texts = [
        "The quick brown fox",
        "A brown quicksilver fox",
        "C++ and foo-bar",
        "AND NEAR OR NOT",
        "it's 100% café au lait, naïve Straße",
      ];
      for (const title of texts) await addThing(store, { title });
      const [fox, silver, code, operators, cafe] = texts;
      const cases: [string, (string | undefined)[]][] = [
        ["fox", [silver, fox]],
        ["fox quick", [silver, fox]],
        ["quick fox", [fox]],
        ["BROWN the", [fox]],
        ["brow", [silver, fox]],
        ["brow fox", []],
        ['"quick brown"', [fox]],
        ['"brown quick"', []],
        ['"brown fox', [silver, fox]],
        ['"quick bro"', []],
        ['fox "quick brown"', [fox]],
        ['fo "quick brown"', []],
        ["c++", [code, cafe]],
        ["foo-bar", [code]],
        ["bar-foo", [code]],
        ['"foo bar"', [code]],
        ["AND", [operators, code]],
        ["NEAR", [operators]],
        ["near(or not)", [operators]],
        ["cafe", [cafe]],
        ["CAFÉ LAIT", [cafe]],
        ["cafe\u0301", [cafe]],
        ["naive", [cafe]],
        ["100", [cafe]],
        ["'", []],
        ['"', []],
        ['""', []],
        ["* - ^ : ( ) { } %", []],
        ["", []],
        ["   ", []],
        ["title:fox", []],
        ["fox*", [silver, fox]],
        ["\0", []],
        ["\ud83d", []],
      ];
      for (const [query, expected] of cases)
        assert.deepEqual(await found(store, query), [...expected].sort(), `query ${JSON.stringify(query)}`);
      await rejects(store.fullTextSearch(mine, "x".repeat(1001)), "bad_input");
      assert.deepEqual(await found(store, "fox ".repeat(250)), [silver, fox].sort());
    },
  );

  storeTest(open, "Chinese, Japanese and Korean by any two characters that stand together", async (store) => {
    const [chinese, japanese, korean, mixed] = [
      "我喜欢喝绿茶",
      "東京タワーへ行く",
      "한국어를 배워요",
      "Node日本語版 2",
    ];
    for (const title of [chinese, japanese, korean, mixed]) await addThing(store, { title });
    const cases: [string, (string | undefined)[]][] = [
      ["喜欢", [chinese]],
      ["绿茶", [chinese]],
      ["喜欢喝", [chinese]],
      ["喜喝", []],
      ["茶", [chinese]],
      ["喝", [chinese]],
      ["東京 行く", [japanese]],
      ["タワー", [japanese]],
      ["ﾀﾜｰ", [japanese]],
      ["국어", [korean]],
      ["배워 한국", [korean]],
      ["\u1112\u1161\u11ab\u1100\u116e\u11a8", [korean]],
      ["日本", [mixed]],
      ["語版", [mixed]],
      ["node 日本語", [mixed]],
      ['"日本語版 2"', [mixed]],
      ['"日本 2"', []],
      ["日語", []],
    ];
    for (const [query, expected] of cases)
      assert.deepEqual(await found(store, query), [...expected], `query ${JSON.stringify(query)}`);
  });

  storeTest(open, "a hit tells where it is: record, field, item, snippet, marks", async (store) => {
    const at = await addThing(store, { title: "Résumé of a cat" });
    await store.collectionAppend(at, "log", { text: "nothing here" });
    const item = { text: `${"long ".repeat(100)}the CÂT sat${" down".repeat(100)}`, more: [1] };
    await store.collectionAppend(at, "log", item);
    await store.collectionAppend(at, "log", { other: "cat", text: 5 });
    await store.collectionAppend(at, "log", ["cat"]);
    const hits = await store.fullTextSearch(mine, "cat");
    assert.deepEqual(hits.map(({ field }) => field).sort(), ["log.text", "title"]);
    const record = await store.get(at);
    for (const hit of hits) assert.deepEqual(hit.record, record);
    const inItem = hits.find(({ field }) => field === "log.text");
    assert.deepEqual(inItem?.item, { position: 1, item });
    assert.ok(item.text.includes(inItem?.snippet ?? "?"));
    assert.ok((inItem?.snippet.length ?? 0) >= 120 && (inItem?.snippet.length ?? 0) <= 200);
    assert.deepEqual(inItem && marked(inItem), ["CÂT"]);
    const inTitle = hits.find(({ field }) => field === "title");
    assert.equal(inTitle !== undefined && "item" in inTitle, false);
    const [resume] = await store.fullTextSearch(mine, "resum cat".split(" ").reverse().join(" "));
    assert.deepEqual(resume && marked(resume), ["Résumé", "cat"]);
  });

  storeTest(open, "marks are whole, in order and never overlap", async (store) => {
    await addThing(store, { title: "👋🏽 e\u0301te\u0301 ab ab abc 日本日本 ﬁn" });
    const marks = async (query: string) => {
      const [hit] = await store.fullTextSearch(mine, query);
      return hit && marked(hit);
    };
    assert.deepEqual(await marks("ete"), ["e\u0301te\u0301"]);
    assert.deepEqual(await marks('"ab ab" ab'), ["ab ab", "abc"]);
    assert.deepEqual(await marks("日本"), ["日本", "日本"]);
    assert.deepEqual(await marks("本日"), ["本日"]);
    assert.deepEqual(await marks("fin"), ["ﬁn"]);
  });

  storeTest(open, "the best match comes first, the newest among equals", async (store) => {
    await addThing(store, { title: `whale ${"and other animals of the sea ".repeat(8)}` }, "long");
    await addThing(store, { title: "whale song" }, "old");
    await addThing(store, { title: "whale whale" }, "twice");
    await addThing(store, { title: "whale song" }, "new");
    const ids = async (page: object) =>
      (await store.fullTextSearch(mine, "whale", page)).map(({ record }) => record.id).join(" ");
    assert.equal(await ids({}), "twice new old long");
    assert.equal(await ids({ limit: 2 }), "twice new");
    assert.equal(await ids({ offset: 1, limit: 2 }), "new old");
    assert.equal(await ids({ offset: 3 }), "long");
    assert.equal(await ids({ limit: 0 }), "");
    await rejects(store.fullTextSearch(mine, "whale", { limit: -1 }), "bad_input");
  });

  storeTest(
    open,
    "of each record only the best hit, when that is asked for, and pages count records",
    async (store) => {
      const talk = await addThing(store, { title: "whale song", size: 1 }, "talk");
      for (let n = 0; n < 30; n += 1)
        await store.collectionAppend(talk, "log", { text: `a whale, the ${n}th` });
      await store.collectionAppend(talk, "log", { text: "whale whale whale" });
      await addThing(store, { title: `whale ${"and other animals of the sea ".repeat(8)}`, size: 2 }, "long");
      await addThing(store, { title: "whale whale", size: 1 }, "twice");
      const hits = async (page: object) =>
        (await store.fullTextSearch(mine, "whale", { perRecord: true, ...page })).map(
          ({ record, snippet }) => `${record.id}: ${snippet.slice(0, 11)}`,
        );
      const all = ["talk: whale whale", "twice: whale whale", "long: whale and o"];
      assert.deepEqual(await hits({}), all);
      assert.deepEqual(await hits({ limit: 2 }), all.slice(0, 2));
      assert.deepEqual(await hits({ offset: 1, limit: 1 }), all.slice(1, 2));
      assert.deepEqual(await hits({ where: { size: 1 } }), all.slice(0, 2));
      assert.deepEqual(await hits({ where: { size: 1 }, offset: 1 }), all.slice(1, 2));
      assert.equal((await store.fullTextSearch(mine, "whale")).length, 34);
    },
  );

  storeTest(open, "search follows every change", async (store) => {
    const at = await addThing(store, { title: "first words" });
    await store.collectionAppend(at, "log", { text: "more words" });
    await store.update(at, { title: "second words" });
    assert.deepEqual(await found(store, "first"), []);
    assert.deepEqual(await found(store, "words"), ["more words", "second words"]);
    await store.update(at, { size: 2 });
    assert.deepEqual(await found(store, "second"), ["second words"]);
    await store.update(at, { title: null });
    assert.deepEqual(await found(store, "words"), ["more words"]);
    await store.delete(at);
    assert.deepEqual(await found(store, "words"), []);
    await addThing(store, { title: "new words" });
    assert.deepEqual(await found(store, "words"), ["new words"]);
  });

  storeTest(open, "a filter on the record narrows the search", async (store) => {
    await addThing(store, { title: "red apple", size: 1, done: true }, "a");
    const at = await addThing(store, { title: "green apple", size: 2 }, "b");
    await store.collectionAppend(at, "log", { text: "an apple a day" });
    const hits = async (where: Where) =>
      (await store.fullTextSearch(mine, "apple", { where, limit: 5 }))
        .map(({ record }) => record.id)
        .join("");
    assert.equal(await hits({ done: true }), "a");
    assert.equal(await hits({ done: { $ne: true } }), "bb");
    assert.equal(await hits({ size: { $gt: 2 } }), "");
  });
}
