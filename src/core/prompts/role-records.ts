import { createHash } from "node:crypto";
import { given } from "../../lib/given.ts";
import { foldedName } from "../../lib/role-texts.ts";
import type { ChatRole } from "../../protocols/chat-roles.ts";
import type { Json } from "../../protocols/json.ts";
import type { At, Store, StoreOptions, StoreRecord, StoreSchema, Write } from "../../protocols/store.ts";

export const roleStore = "chat_roles";

/** Shared roles belong to nobody: this is no name that a user can have. */
export const everybody = "*";

/**
 * Two kinds of records in one store. A role has an id of its own; beside it stands a name, whose id is a hash of
 * the name in small letters: adding it is how a name is taken, whoever else is adding one at the same moment.
 */
export const roleSchema: StoreSchema = {
  ...{ name: "str", instructions: "str", role_id: "str", kind: "str" },
  // Absent in roles from before there were versions, which is 1; what a role said before, oldest first, is in `former`.
  ...{ version: "int", former: "json_collection" },
};
export const roleOptions: StoreOptions = { indexes: [["kind", "name"]] };

export const roleAt = (userId: string, id: string): At => ({ userId, store: roleStore, id });

const nameAt = (userId: string, name: string): At =>
  roleAt(userId, `name:${createHash("sha256").update(foldedName(name)).digest("base64url")}`);

export const isSameName = (one: string, other: string): boolean => foldedName(one) === foldedName(other);

export const takeName = (userId: string, name: string, roleId: string): Write => {
  const { id, ...place } = nameAt(userId, name);
  return { op: "add", in: place, id, data: { kind: "name", role_id: roleId } };
};

export const freeName = (userId: string, name: string): Write => ({ op: "delete", at: nameAt(userId, name) });

/** What a role said until `replaced`. The first one was its version 1. */
export type Former = { readonly instructions: string; readonly replaced: string };

export const keepFormer = (at: At, item: Former): Write => ({ op: "append", at, field: "former", item });

/** What a role said before, oldest first; the first `limit` of that. */
export async function formerOf(store: Store, at: At, limit?: number): Promise<readonly Former[]> {
  const items = await store.collectionGet(at, "former", given({ limit }));
  return items.map(({ item }) => item as Former);
}

export const versionOf = (version: Json | undefined): number => (typeof version === "number" ? version : 1);

export const roleOf = (record: StoreRecord): ChatRole => ({
  id: record.id,
  name: String(record.name),
  instructions: String(record.instructions),
  version: versionOf(record.version),
  shared: record.user_id === everybody,
  created: record.created_at,
  updated: record.updated_at,
});

/** By name whatever the case; of one name the user's own first. */
export const inOrder = (roles: readonly ChatRole[]): readonly ChatRole[] =>
  roles.toSorted(
    (one, other) =>
      compare(foldedName(one.name), foldedName(other.name)) ||
      Number(one.shared) - Number(other.shared) ||
      compare(one.id, other.id),
  );

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
