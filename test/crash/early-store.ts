import { setTimeout as sleep } from "node:timers/promises";
import { sqliteStorePlugin } from "../../src/core/stores/sqlite/plugin.ts";
import type { CorePlugin, Host } from "../../src/protocols/plugin.ts";
import type { Store, Write } from "../../src/protocols/store.ts";
import { memoryStore } from "../../src/testkit/memory-store.ts";

/** How long a write is acknowledged before it reaches the disk. */
const lateMs = 50;

/**
 * What a store must not be: it answers from memory, and writes to the disk a moment later. Nobody notices until the
 * process is killed. The control of the crash tests: they have to find out.
 */
export const earlyStorePlugin: CorePlugin<"store"> = {
  role: "store",
  name: "acknowledges-too-early",
  create: async (host) => writeBehind(await sqliteStorePlugin.create(host), host),
};

function writeBehind(disk: Store, host: Host): Store {
  const memory = memoryStore(host);
  let written: Promise<unknown> = Promise.resolve();
  const later = (steps: readonly Write[]) => {
    const due = sleep(lateMs, undefined, { ref: false });
    written = written.then(() => due).then(() => disk.transaction(steps.map(unconditional)));
  };
  async function write(steps: readonly Write[]) {
    const named = steps.map((step) => (step.op === "add" ? { ...step, id: step.id ?? host.newId() } : step));
    const results = await memory.transaction(named);
    later(named);
    return results;
  }
  return {
    ...memory,
    async createStoreIfNotExists(name, schema, options) {
      const created = await disk.createStoreIfNotExists(name, schema, options);
      await memory.createStoreIfNotExists(name, schema, options);
      await loadRecords(disk, memory, name);
      return created;
    },
    transaction: write,
    add: async (place, data, id) =>
      (await write([{ op: "add", in: place, data, ...(id === undefined ? {} : { id }) }]))[0] as string,
    update: async (at, changes, where) =>
      void (await write([{ op: "update", at, changes, ...(where && { where }) }])),
    async delete(at) {
      const there = (await memory.get(at)) !== undefined;
      await write([{ op: "delete", at }]);
      return there;
    },
    collectionAppend: async (at, field, item, options) =>
      (await write([{ op: "append", at, field, item, ...(options && { options }) }]))[0] as number,
    async shutdown() {
      await written;
      await disk.shutdown();
    },
  };
}

/** Memory has looked at the conditions, and its records have times of their own. */
const unconditional = (step: Write): Write => {
  if (step.op !== "update") return step;
  const { where: _seen, ...update } = step;
  return update;
};

/** What the disk has, into memory. */
async function loadRecords(disk: Store, memory: Store, name: string): Promise<void> {
  const schema = (await disk.findStore(name))?.schema ?? {};
  const collections = Object.keys(schema).filter((field) => schema[field] === "json_collection");
  for (const { id, user_id: userId, created_at: _made, updated_at: _changed, ...data } of await disk.findAll(
    name,
  )) {
    const at = { userId, store: name, id };
    await memory.add(at, data, id);
    for (const field of collections) {
      for (const { item } of await disk.collectionGet(at, field)) {
        const key = (item as { readonly id?: unknown }).id; // messages have their id as their key
        await memory.collectionAppend(at, field, item, typeof key === "string" ? { key } : {});
      }
    }
  }
}
