import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { FullDefinition } from "../src/core/stores/definition.ts";
import { prepareStore } from "../src/core/stores/sqlite/prepare-store.ts";
import { findStatement } from "../src/core/stores/sqlite/queries.ts";
import { openSqliteStore } from "../src/core/stores/sqlite/sqlite-store.ts";
import { quietLog } from "../src/core/stores/sqlite/test-setup.ts";
import type { Find, In, Store } from "../src/protocols/store.ts";
import { until } from "../src/testkit/until.ts";
import { openQueue } from "./support/store-queue.ts";

type Asked = { readonly place: In; readonly find: Find };

/** One record for each process: there are few, and they are looked at together. */
const ofProcesses = "queue_workers";

test("what a queue looks for is found along indexes, however many jobs wait", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-indexes-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "test.db");
  const clock = { now: () => new Date(), newId: () => crypto.randomUUID() };
  const store = await openSqliteStore({ path, log: quietLog, ...clock });
  context.after(() => store.shutdown());

  const asked: Asked[] = [];
  const listening: Store = {
    ...store,
    find(place, find = {}) {
      asked.push({ place, find });
      return store.find(place, find);
    },
  };
  await useAll(listening);

  const database = new DatabaseSync(path, { readOnly: true });
  context.after(() => database.close());
  const definitions = new Map(
    database
      .prepare("select name, definition from skeleton_stores")
      .all()
      .map(({ name, definition }) => [String(name), JSON.parse(String(definition)) as FullDefinition]),
  );
  const plans = new Set<string>();
  for (const { place, find } of asked) {
    const definition = definitions.get(place.store);
    assert.ok(definition);
    if (place.store === ofProcesses) continue;
    const { sql, params } = findStatement(prepareStore(definition), place.userId, find);
    const steps = database.prepare(`explain query plan ${sql}`).all(...params);
    plans.add(`${place.store}: ${steps.map(({ detail }) => detail).join("; ")}`);
  }
  assert.ok(plans.size > 0);
  for (const plan of plans) {
    assert.match(plan, /^\w+: SEARCH r USING (COVERING )?INDEX \S+ \(user_id=\? AND /, plan);
    assert.doesNotMatch(plan, /TEMP B-TREE/);
  }
});

/** Whatever can become of jobs: one ends and the next of its line begins, one fails and pauses, one is cancelled. */
async function useAll(store: Store): Promise<void> {
  const { queue } = await openQueue(store);
  const send = (title: string, options = {}) =>
    queue.send({ userId: "ann", queue: "tasks", payload: { title }, options });
  const backoff = { firstMs: 1, maxMs: 1 };
  await send("first", { orderKey: "line", idempotencyKey: "once" });
  await send("next", { orderKey: "line" });
  await send("fails", { attempts: 2, backoff });
  const cancelled = await send("cancelled");
  await queue.cancel({ userId: "ann", id: cancelled });
  const ending = new AbortController();
  let runs = 0;
  const working = queue.work(
    "tasks",
    { concurrency: 2 },
    async ({ payload, attempt }) => {
      runs += 1;
      if (payload.title === "fails" && attempt === 1) throw new Error("not yet");
    },
    ending.signal,
  );
  await until("all have run", () => runs === 4);
  ending.abort();
  await working;
  await queue.shutdown?.();
}
