import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Json } from "../protocols/json.ts";
import type { AppendOptions, At, Find, Store, Where, Write } from "../protocols/store.ts";
import { memoryStore } from "./memory-store.ts";
import { mine, type Open, SCHEMA, THINGS } from "./store-contract-kit.ts";

/* The same random calls on the store and on the reference in memory: every answer must be the same. */

const userId = fc.constantFrom("ann", "bob");
const id = fc.constantFrom("a", "b", "c", "d");
const word = fc.constantFrom(
  "red",
  "Réd",
  "green",
  "日本",
  "日本語",
  "blue",
  "c++",
  "foo-bar",
  '"',
  "re",
  "ﬁn",
);
const text = fc.oneof(
  { weight: 3, arbitrary: fc.array(word, { maxLength: 6 }).map((words) => words.join(" ")) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
);
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => value as Json);
const place = userId.map((owner) => ({ ...mine, userId: owner }));
const at: fc.Arbitrary<At> = fc.record({ userId, store: fc.constant(THINGS), id });
const data = fc.record(
  {
    title: fc.option(text),
    size: fc.option(fc.integer({ min: -2, max: 5 })),
    weight: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    done: fc.option(fc.boolean()),
    extra: json,
  },
  { requiredKeys: [] },
);
const size = fc.integer({ min: -2, max: 5 });
const where: fc.Arbitrary<Where> = fc.oneof(
  fc.record({
    size: fc.oneof(
      fc.option(size),
      fc.record({ $ne: fc.option(size) }),
      fc.record({ $gte: size, $lt: size }),
    ),
  }),
  fc.record({ done: fc.oneof(fc.option(fc.boolean()), fc.record({ $ne: fc.boolean() })) }),
  fc.record({
    title: fc.record({
      $like: fc.string({ unit: fc.constantFrom("%", "_", "r", "E", "é", " "), maxLength: 6 }),
    }),
  }),
  fc.record({ title: fc.record({ $contains: word }) }),
  fc.record({
    size: fc.record({ $in: fc.array(fc.option(size), { maxLength: 3 }) }),
    id: fc.record({ $gt: id }),
  }),
);
const page = fc.record({ offset: fc.nat(4), limit: fc.nat(6) }, { requiredKeys: [] });
const find: fc.Arbitrary<Find> = fc
  .record(
    { where, orderBy: fc.constantFrom("size", "done", "weight", "id"), descending: fc.boolean(), page },
    { requiredKeys: ["page"] },
  )
  .map(({ page: cut, ...rest }) => ({ ...rest, ...cut }));
const item = fc.oneof(
  fc.record({ text }),
  fc.record({ text: json }),
  fc.array(fc.integer(), { maxLength: 2 }),
  fc.constantFrom<Json>("no item", null),
);
const options: fc.Arbitrary<AppendOptions> = fc.record(
  { key: fc.constantFrom("k", "l"), position: fc.nat(3) },
  { requiredKeys: [] },
);
const step: fc.Arbitrary<Write> = fc.oneof(
  fc.record({ op: fc.constant("add" as const), in: place, data, id }),
  fc.record({ op: fc.constant("append" as const), at, field: fc.constant("log"), item, options }),
  fc.record({ op: fc.constant("update" as const), at, changes: data }),
  fc.record({ op: fc.constant("update" as const), at, changes: data, where }),
  fc.record({ op: fc.constant("delete" as const), at }),
);
const query = fc.array(fc.oneof(word, text), { maxLength: 3 }).map((words) => words.join(" "));

type Call = { readonly told: string; readonly run: (store: Store) => Promise<unknown> };
const call = <T>(told: string, input: fc.Arbitrary<T>, run: (store: Store, value: T) => Promise<unknown>) =>
  input.map(
    (value): Call => ({ told: `${told} ${JSON.stringify(value)}`, run: (store) => run(store, value) }),
  );

const write = call("write", step, (store, one) => {
  if (one.op === "add") return store.add(one.in, one.data, one.id);
  if (one.op === "update") return store.update(one.at, one.changes, one.where);
  if (one.op === "append") return store.collectionAppend(one.at, one.field, one.item, one.options);
  return store.delete(one.at);
});
const calls: fc.Arbitrary<Call> = fc.oneof(
  { weight: 6, arbitrary: write },
  {
    weight: 2,
    arbitrary: call("transaction", fc.array(step, { maxLength: 5 }), (store, steps) =>
      store.transaction(steps),
    ),
  },
  {
    weight: 3,
    arbitrary: call("find", fc.tuple(place, find), async (store, [owner, wanted]) => ({
      records: (await store.find(owner, wanted)).map(timeless),
      count: await store.count(owner, wanted.where),
    })),
  },
  {
    weight: 2,
    arbitrary: call("collection", fc.tuple(at, page), async (store, [record, cut]) => [
      await store.collectionGet(record, "log", cut),
      await store.collectionCount(record, "log"),
      await store.collectionFind(record, "log", "k"),
    ]),
  },
  {
    weight: 3,
    arbitrary: call("search", fc.tuple(place, query, fc.option(where, { nil: undefined })), searched),
  },
);

/** Scores may differ between stores: hits are compared without their order, and of records only which they are. */
async function searched(store: Store, [owner, words, filter]: [typeof mine, string, Where | undefined]) {
  const page = filter === undefined ? {} : { where: filter };
  const hits = await store.fullTextSearch(owner, words, page);
  const records = await store.fullTextSearch(owner, words, { ...page, perRecord: true });
  const told = hits
    .map(({ record, field, item: within, snippet, marks }) => ({
      record: timeless(record),
      field,
      within,
      snippet,
      marks,
    }))
    .map((hit) => JSON.stringify(hit))
    .sort();
  return [told, records.map(({ record }) => record.id).sort()];
}

/** Stores read their clocks at different moments. */
function timeless({ created_at: _created, updated_at: _updated, ...record }: Record<string, unknown>) {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function outcome({ run }: Call, store: Store): Promise<unknown> {
  try {
    return { answer: await run(store) };
  } catch (error) {
    return { code: (error as { code?: unknown }).code };
  }
}

const OPTIONS = { indexes: [["done", "size"]], search: ["title", "log.text"] };

/** One store serves every run, emptied in between: a store that forgets to forget something is found out too. */
async function empty(store: Store): Promise<void> {
  const records = await store.findAll(THINGS);
  await store.transaction(
    records.map((record) => ({
      op: "delete" as const,
      at: { userId: record.user_id, store: THINGS, id: record.id },
    })),
  );
}

export function modelContract(open: Open): void {
  test("any calls answer as the reference does", async () => {
    const real = await open();
    try {
      await real.createStoreIfNotExists(THINGS, SCHEMA, OPTIONS);
      await fc.assert(
        fc.asyncProperty(fc.array(calls, { maxLength: 40, size: "max" }), async (list) => {
          const model = memoryStore({ now: () => new Date(0), newId: () => "new" });
          await model.createStoreIfNotExists(THINGS, SCHEMA, OPTIONS);
          await empty(real);
          for (const one of list)
            assert.deepEqual(await outcome(one, real), await outcome(one, model), one.told);
        }),
        { numRuns: 100 },
      );
    } finally {
      await real.shutdown();
    }
  });
}
