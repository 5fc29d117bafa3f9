import { setTimeout as sleep } from "node:timers/promises";
import { postgresStorePlugin } from "../../../src/core/stores/postgres/plugin.ts";
import type { CorePlugin } from "../../../src/protocols/plugin.ts";
import type { Store, Write } from "../../../src/protocols/store.ts";

/** How long a title is acknowledged before it is written. */
const lateMs = 1_000;

/**
 * The control of the chaos: a store that answers a renaming before it is written, and that keeps no idempotency key. All goes
 * well with it until a process is killed or a request is repeated: titles are lost then, and messages doubled.
 */
export const carelessStorePlugin: CorePlugin<"store"> = {
  role: "store",
  name: "careless",
  priority: 10,
  create: async (host) => careless(await postgresStorePlugin.create(host)),
};

const isKey = (step: Write): boolean => step.op === "add" && step.in.store === "idempotency_keys";

const careless = (store: Store): Store => ({
  ...store,
  async update(at, changes, where) {
    const renames = at.store === "threads" && "title" in changes;
    if (!renames) return store.update(at, changes, where);
    void sleep(lateMs, undefined, { ref: false }).then(() =>
      store.update(at, changes, where).catch(() => {}),
    );
  },
  transaction: (steps) => store.transaction(steps.filter((step) => !isKey(step))),
});
