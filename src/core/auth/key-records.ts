import { codeOf } from "../../lib/errors.ts";
import { given } from "../../lib/given.ts";
import { keyStore } from "../../lib/key-store.ts";
import { lazyStore } from "../../lib/lazy-store.ts";
import type { ApiKey, KeyLimit, KeyScope } from "../../protocols/api-key.ts";
import type { Host } from "../../protocols/plugin.ts";
import type { StoreRecord, StoreSchema } from "../../protocols/store.ts";
import { answering } from "./answering.ts";

/** All records are under one owner, so that a key is found before it is known whose it is. Nobody can be called that. */
const OWNER = "api keys";
const SCHEMA: StoreSchema = {
  ...{ username: "str", name: "str", hash: "str", scopes: "json", model_mask: "str" },
  ...{ calls: "int", seconds: "int", expires_at: "str", last_used_at: "str" },
};
/** How long a key is believed to be as it was: another process's revocation is seen within this time. */
const BELIEVE_MS = 2000;
/** Keys remembered at once. */
const REMEMBER = 10_000;
const LAST_USE_EVERY_MS = 60_000;

export type KeyRecord = { readonly key: ApiKey; readonly hash: string };

/** Keys in the store, with a short memory in front. */
export type KeyRecords = {
  add(record: KeyRecord): Promise<void>;
  of(username: string): Promise<readonly ApiKey[]>;
  /** `undefined` for one that is not there, or no more. */
  find(id: string): Promise<KeyRecord | undefined>;
  /** @returns whether it was there. */
  remove(id: string): Promise<boolean>;
  /** Notes a use, once a minute; nobody waits for it. */
  used(key: ApiKey): void;
};

const at = (id: string) => ({ userId: OWNER, store: keyStore, id });

export function keyRecords(host: Pick<Host, "get" | "now" | "background">): KeyRecords {
  const open = lazyStore(host, keyStore, SCHEMA, { indexes: [["username", "created_at"]] });
  const remembered = new Map<string, { readonly record: KeyRecord | undefined; readonly askedAt: number }>();
  /** When a use was last noted here, by key. */
  const noted = new Map<string, number>();

  /** `askedAt`: an answer is as old as its question, and no older one takes its place. */
  function remember(id: string, record: KeyRecord | undefined, askedAt: number): void {
    const known = remembered.get(id);
    if (known !== undefined && known.askedAt >= askedAt) return;
    keepNewest(remembered, id, { record, askedAt });
  }

  return {
    async add({ key, hash }) {
      const { id, username, name, scopes, modelMask, limit, expiresAt } = key;
      const data = {
        ...{ username, name, hash, scopes: [...scopes], model_mask: modelMask ?? null },
        ...{ calls: limit?.calls ?? null, seconds: limit?.seconds ?? null },
        expires_at: expiresAt?.toISOString() ?? null,
      };
      // Its time is the key's own, so that it is told alike by whoever makes it and whoever reads it.
      const time = key.createdAt.toISOString();
      const into = { userId: OWNER, store: keyStore };
      await answering(async () => (await open()).transaction([{ op: "add", in: into, id, data, time }]));
    },

    of: (username) =>
      answering(async () => {
        const found = { where: { username }, orderBy: "created_at", descending: true };
        const records = await (await open()).find({ userId: OWNER, store: keyStore }, found);
        return records.map((record) => recordOf(record).key);
      }),

    async find(id) {
      const askedAt = host.now().getTime();
      const known = remembered.get(id);
      const age = known === undefined ? Number.POSITIVE_INFINITY : askedAt - known.askedAt;
      if (known !== undefined && age >= 0 && age < BELIEVE_MS) return known.record;
      const stored = await answering(async () => (await open()).get(at(id)));
      const record = stored && recordOf(stored);
      // One that was never there is not remembered: anybody can make up ids.
      if (record !== undefined || known !== undefined) remember(id, record, askedAt);
      return record;
    },

    async remove(id) {
      const found = await answering(async () => (await open()).delete(at(id)));
      keepNewest(remembered, id, { record: undefined, askedAt: host.now().getTime() });
      return found;
    },

    used({ id, lastUsedAt }) {
      const now = host.now();
      const before = Math.max(noted.get(id) ?? 0, lastUsedAt?.getTime() ?? 0);
      if (Math.abs(now.getTime() - before) < LAST_USE_EVERY_MS) return;
      keepNewest(noted, id, now.getTime());
      host.background("auth: note when a key was used", async () => {
        await (await open()).update(at(id), { last_used_at: now.toISOString() }).catch((error: unknown) => {
          if (codeOf(error) !== "record_not_found") throw error; // revoked meanwhile
        });
      });
    },
  };
}

function keepNewest<T>(map: Map<string, T>, id: string, value: T): void {
  map.delete(id);
  map.set(id, value);
  if (map.size > REMEMBER) map.delete(map.keys().next().value ?? id);
}

function recordOf(record: StoreRecord): KeyRecord {
  const time = (field: string) => (typeof record[field] === "string" ? new Date(record[field]) : undefined);
  const { id, username, name, hash, scopes, model_mask: mask, calls, seconds } = record;
  return {
    hash: String(hash),
    key: {
      ...{ id, username: String(username), name: String(name), scopes: scopes as KeyScope[] },
      createdAt: new Date(record.created_at),
      ...given({
        modelMask: typeof mask === "string" ? mask : undefined,
        limit: calls === null ? undefined : ({ calls, seconds } as KeyLimit),
        expiresAt: time("expires_at"),
        lastUsedAt: time("last_used_at"),
      }),
    },
  };
}
