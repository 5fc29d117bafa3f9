import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { MOVE_STORE } from "../../src/core/stores/move/marks.ts";
import type { Job } from "../../src/protocols/queue.ts";
import type { Store, WholeRecord } from "../../src/protocols/store.ts";
import { openQueue } from "./store-queue.ts";

const notes = (userId: string) => ({ userId, store: "notes" });
const SHAPE = {
  title: "str",
  Size: "int",
  weight: "float",
  done: "bool",
  extra: "json",
  log: "json_collection",
  other: "json_collection",
} as const;

/** Texts of any characters, those among them that a database does not keep as they are. */
const oddTexts = ["", "\0", "\ud800 \udfff", "\u{10fffe}0000", "👩‍👩‍👧", "日本語", '\\"\n\t', "needle"];
const anyTexts = () => [
  ...oddTexts,
  ...fc.sample(fc.string({ unit: "binary", maxLength: 30 }), { numRuns: 30, seed: 29 }),
];

/** For tests: two users' notes, large ones and small ones, with gaps where some were; and five jobs. */
export async function fill(store: Store): Promise<void> {
  await store.createStoreIfNotExists("notes", SHAPE, {
    indexes: [["title", "Size"]],
    search: ["title", "log.text"],
  });
  await store.createStoreIfNotExists("empty", { some: "str" });
  const texts = anyTexts();
  for (const [number, title] of texts.entries()) {
    const at = { ...notes(number % 3 === 0 ? "ann" : "bob \ud800"), id: `${title}${number}` };
    const values = { Size: number * 2 ** 40, weight: -number / 3, done: number % 2 === 0 };
    await store.add(at, { title, ...values, extra: { [title]: [title, 1e300, null] } }, at.id);
    for (let index = 0; index < number % 4; index += 1)
      await store.collectionAppend(at, index === 2 ? "other" : "log", { text: `${title} needle`, index });
    if (number === 5) await store.delete(at);
  }
  const long = { ...notes("ann"), id: "long" };
  await store.add(long, { title: "long" }, "long");
  for (let index = 0; index < 23; index += 1)
    await store.collectionAppend(
      long,
      index % 7 === 0 ? "other" : "log",
      { text: `needle ${"hay ".repeat(index)}` },
      index % 3 === 0 ? { key: `key ${index} \0` } : {},
    );
  await store.add(notes("ann"), { title: "large", extra: "x".repeat(5_000) }, "large");
  // Of equal hits the newest comes first: those of older records are the newest now.
  await store.collectionAppend({ ...notes("ann"), id: `${texts[0]}0` }, "log", { text: "same words" });
  await store.collectionAppend(long, "log", { text: "same words" });
  await store.collectionAppend({ ...notes("ann"), id: `${texts[3]}3` }, "log", { text: "same words" });
  await store.update({ ...notes("ann"), id: "large" }, { title: "same words" });

  const { queue } = await openQueue(store);
  for (const [number, options] of [
    {},
    { priority: 5 },
    { orderKey: "line" },
    { orderKey: "line" },
    { priority: 5, idempotencyKey: "key" },
  ].entries())
    await queue.send({ userId: "ann", queue: "tasks", payload: { number }, options });
  await queue.shutdown?.();
}

/** For tests: all that can be seen of a store. */
export async function everything(store: Store) {
  const names = (await store.listStores()).filter((name) => name !== MOVE_STORE);
  const records: [string, WholeRecord[]][] = [];
  for (const name of names)
    records.push([name, [...(await store.exportRecords(name, { limit: 1_000 })).records]]);
  const queries = ["needle", "same words", '"needle hay"', "日本", "large", "k"];
  const hits = await Promise.all(
    ["ann", "bob \ud800"].flatMap((userId) =>
      queries.map((query) => store.fullTextSearch(notes(userId), query)),
    ),
  );
  const definitions = await Promise.all(names.map((name) => store.findStore(name)));
  return { definitions, records, hits };
}

/** For tests: the jobs of a store in the order in which they run, and the number that the next one gets. */
export async function jobsOf(store: Store): Promise<readonly number[]> {
  const { queue } = await openQueue(store);
  const ran: number[] = [];
  const ending = new AbortController();
  const run = async ({ id }: Job) => {
    ran.push(id);
    if (ran.length === 5) ending.abort();
  };
  await queue.work("tasks", { concurrency: 1 }, run, ending.signal);
  const again = await queue.send({
    ...{ userId: "ann", queue: "tasks", payload: {}, options: { idempotencyKey: "key" } },
  });
  const next = await queue.send({ userId: "ann", queue: "tasks", payload: {} });
  await queue.shutdown?.();
  return [...ran, again, next];
}

export const hashOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
