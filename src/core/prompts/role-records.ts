import { createHash } from "node:crypto";
import { foldedName } from "../../lib/role-texts.ts";
import type { ChatRole } from "../../protocols/chat-roles.ts";
import type { At, StoreOptions, StoreRecord, StoreSchema, Write } from "../../protocols/store.ts";

export const roleStore = "chat_roles";

/** Shared roles belong to nobody: this is no name that a user can have. */
export const everybody = "*";

/**
 * Two kinds of records in one store. A role has an id of its own; beside it stands a name, whose id is a hash of
 * the name in small letters: adding it is how a name is taken, whoever else is adding one at the same moment.
 */
export const roleSchema: StoreSchema = { name: "str", instructions: "str", role_id: "str", kind: "str" };
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

export const roleOf = (record: StoreRecord): ChatRole => ({
  id: record.id,
  name: String(record.name),
  instructions: String(record.instructions),
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
