import assert from "node:assert/strict";
import type { Write } from "../protocols/store.ts";
import { addThing, mine, type Open, rejects, storeTest, unchecked } from "./store-contract-kit.ts";

export function transactionsContract(open: Open): void {
  storeTest(open, "steps run in order and each sees those before it", async (store) => {
    const at = { ...mine, id: "one" };
    const results = await store.transaction([
      { op: "add", in: mine, data: { title: "a", size: 1 }, id: "one" },
      { op: "update", at, changes: { size: 2 }, where: { size: 1 } },
      { op: "append", at, field: "log", item: { text: "x" }, options: { position: 0 } },
      { op: "append", at, field: "log", item: { text: "y" }, options: { key: "k" } },
      { op: "append", at, field: "log", item: {}, options: { key: "k" } },
      { op: "add", in: mine, data: {}, id: "two" },
      { op: "delete", at: { ...mine, id: "two" } },
      { op: "add", in: mine, data: { title: "again" }, id: "two" },
      { op: "delete", at: { ...mine, id: "never" } },
    ]);
    assert.deepEqual(results, ["one", undefined, 0, 1, 1, "two", undefined, "two", undefined]);
    assert.equal((await store.get(at))?.size, 2);
    assert.equal((await store.get({ ...mine, id: "two" }))?.title, "again");
    assert.deepEqual(await store.transaction([]), []);
  });

  storeTest(open, "a step may say when it happened", async (store) => {
    const at = { ...mine, id: "old" };
    const times = async () => {
      const record = await store.get(at);
      return [record?.created_at, record?.updated_at];
    };
    const [first, second, third] = ["2019-01-02", "2020-01-02", "2021-01-02"].map(
      (day) => `${day}T03:04:05.006Z`,
    ) as [string, string, string];
    await store.transaction([{ op: "add", in: mine, data: {}, id: "old", time: first }]);
    assert.deepEqual(await times(), [first, first]);
    await store.transaction([
      { op: "update", at, changes: { size: 1 }, time: third },
      { op: "append", at, field: "log", item: { text: "x" }, time: second },
    ]);
    assert.deepEqual(await times(), [first, second]);
    await store.transaction([{ op: "update", at, changes: { size: 2 } }]);
    assert.notEqual((await times())[1], second);
    for (const time of ["2020-01-02", "yesterday", "2020-01-02T03:04:05.006+01:00"]) {
      await rejects(store.transaction([{ op: "update", at, changes: {}, time }]), "bad_input", time);
    }
  });

  storeTest(open, "when a step fails nothing of any step is left", async (store) => {
    const at = await addThing(store, { title: "kept words", size: 1 }, "one");
    const second = await addThing(store, {}, "two");
    await store.collectionAppend(at, "log", { text: "first" });
    const before = [await store.find(mine), await store.collectionGet(at, "log")];
    const good: Write[] = [
      { op: "update", at, changes: { title: "lost words" } },
      { op: "append", at, field: "log", item: { text: "lost item" } },
      { op: "add", in: mine, data: { title: "lost record" }, id: "three" },
      { op: "delete", at: second },
    ];
    const failing: [Write, "conflict" | "record_not_found" | "duplicate_record" | "bad_input"][] = [
      [{ op: "update", at, changes: {}, where: { title: "kept words" } }, "conflict"],
      [{ op: "append", at, field: "log", item: {}, options: { position: 1 } }, "conflict"],
      [{ op: "append", at: second, field: "log", item: {} }, "record_not_found"],
      [{ op: "update", at: second, changes: {} }, "record_not_found"],
      [{ op: "add", in: mine, data: {}, id: "one" }, "duplicate_record"],
      [{ op: "update", at, changes: { nothing: 1 } }, "bad_input"],
      [{ op: "append", at, field: "log", item: "text" }, "bad_input"],
      [unchecked({ op: "drop", at }), "bad_input"],
    ];
    for (const [step, code] of failing) {
      await rejects(store.transaction([...good, step]), code, JSON.stringify(step));
      await assert.rejects(store.transaction([step, ...good].reverse()), JSON.stringify(step));
      assert.deepEqual([await store.find(mine), await store.collectionGet(at, "log")], before);
    }
    assert.deepEqual(await store.fullTextSearch(mine, "lost"), []);
    assert.equal((await store.fullTextSearch(mine, "kept")).length, 1);
  });

  storeTest(open, "a failing call does not spoil those beside it", async (store) => {
    const at = await addThing(store, {}, "one");
    const calls = await Promise.allSettled(
      Array.from({ length: 30 }, (_, n) =>
        n % 3 === 0
          ? store.add(mine, {}, "one")
          : n % 3 === 1
            ? store.transaction([
                { op: "append", at, field: "log", item: { bad: n } },
                { op: "add", in: mine, data: {}, id: "one" },
              ])
            : store.collectionAppend(at, "log", { n }),
      ),
    );
    assert.deepEqual(
      calls.map(({ status }, n) => status === (n % 3 === 2 ? "fulfilled" : "rejected")),
      calls.map(() => true),
    );
    const items = await store.collectionGet(at, "log");
    assert.deepEqual(
      items.map(({ item }) => Object.keys(item as object)[0]),
      Array.from({ length: 10 }, () => "n"),
    );
  });
}
