import { checkCount, checkedInstructions, checkedName } from "../../lib/check-role.ts";
import { codeOf, SkeletonError } from "../../lib/errors.ts";
import { lazyStore } from "../../lib/lazy-store.ts";
import type { ChatRole, ChatRoleAt, ChatRoles } from "../../protocols/chat-roles.ts";
import type { Host } from "../../protocols/plugin.ts";
import type { At, Store, StoreRecord, Write } from "../../protocols/store.ts";
import {
  everybody,
  type Former,
  formerOf,
  freeName,
  inOrder,
  isSameName,
  keepFormer,
  roleAt,
  roleOf,
  roleOptions,
  roleSchema,
  roleStore,
  takeName,
  versionOf,
} from "./role-records.ts";

/** The chat roles of everybody, as records of the `store` role. */
export function chatRoles(host: Pick<Host, "get" | "newId" | "now">): ChatRoles {
  const open = lazyStore(host, roleStore, roleSchema, roleOptions);

  /** Where it is kept: among the user's own, else among the shared ones. */
  async function find(store: Store, { userId, id }: ChatRoleAt): Promise<StoreRecord | undefined> {
    const [own, shared] = await Promise.all([
      store.get(roleAt(userId, id)),
      store.get(roleAt(everybody, id)),
    ]);
    return [own, shared].find((record) => record?.kind === "role");
  }

  /** @throws `record_not_found` unless it is there and this caller's to change. */
  async function findOwn(
    store: Store,
    at: ChatRoleAt & { readonly byAdmin?: boolean },
  ): Promise<StoreRecord> {
    const record = await find(store, at);
    if (record && (record.user_id !== everybody || at.byAdmin)) return record;
    throw noSuchRole(record ? "Shared roles are changed by admins." : undefined);
  }

  async function read(store: Store, userId: string, id: string): Promise<ChatRole> {
    const record = await store.get(roleAt(userId, id));
    if (record) return roleOf(record);
    throw new SkeletonError("record_not_found", "The role was deleted at this moment.", {
      hint: "Read the list of roles again.",
    });
  }

  return {
    async listRoles({ userId }) {
      const store = await open();
      const of = (owner: string) =>
        store.find({ userId: owner, store: roleStore }, { where: { kind: "role" } });
      const [own, shared] = await Promise.all([of(userId), of(everybody)]);
      return inOrder([...own, ...shared].map(roleOf));
    },
    async getRole(at) {
      const record = await find(await open(), at);
      return record && roleOf(record);
    },
    async listVersions(at) {
      const store = await open();
      const record = await find(store, at);
      if (record === undefined) throw noSuchRole();
      const { version, instructions } = roleOf(record);
      const former = await formerOf(store, roleAt(record.user_id, record.id), version - 1);
      const before = former.map((said, index) => ({ version: index + 1, ...said }));
      return [{ version, instructions }, ...before.toReversed()];
    },
    async createRole({ userId, shared = false, id = host.newId(), ...texts }) {
      const name = checkedName(texts.name);
      const instructions = checkedInstructions(texts.instructions);
      const store = await open();
      const owner = shared ? everybody : userId;
      const before = await store.get(roleAt(owner, id));
      if (before) return roleOf(before); // the call was made before
      checkCount(await store.count({ userId: owner, store: roleStore }, { kind: "role" }));
      await write(store, name, [takeName(owner, name, id), added(owner, { id, name, instructions })]);
      return read(store, owner, id);
    },
    async updateRole(at, changes) {
      const store = await open();
      const { user_id: owner, id, ...before } = await findOwn(store, at);
      const oldName = String(before.name);
      const name = changes.name === undefined ? oldName : checkedName(changes.name);
      const instructions =
        changes.instructions === undefined
          ? String(before.instructions)
          : checkedInstructions(changes.instructions);
      const next = changes.shared === undefined ? owner : changes.shared ? everybody : at.userId;
      const moves = next !== owner;
      const renamed = moves || !isSameName(oldName, name);
      const place = roleAt(owner, id);
      const said: readonly Former[] =
        instructions === before.instructions
          ? []
          : [{ instructions: String(before.instructions), replaced: host.now().toISOString() }];
      const version = versionOf(before.version) + said.length;
      await write(store, name, [
        {
          op: "update",
          at: place,
          changes: { name, instructions, version },
          where: { name: oldName, version: before.version as number | null },
        },
        ...(renamed ? [freeName(owner, oldName), takeName(next, name, id)] : []),
        ...(moves
          ? await moved(store, place, next, { name, instructions, version }, said)
          : said.map((former) => keepFormer(place, former))),
      ]);
      return read(store, next, id);
    },
    async deleteRole(at) {
      const store = await open();
      const { user_id: owner, id, ...role } = await findOwn(store, at);
      const name = String(role.name);
      await write(store, name, [
        { op: "update", at: roleAt(owner, id), changes: { name }, where: { name } },
        { op: "delete", at: roleAt(owner, id) },
        freeName(owner, name),
      ]);
    },
  };
}

const added = (
  owner: string,
  {
    id,
    ...texts
  }: { readonly id: string; readonly name: string; readonly instructions: string; readonly version?: number },
): Write => ({
  op: "add",
  in: { userId: owner, store: roleStore },
  id,
  data: { kind: "role", version: 1, ...texts },
});

/** A role becomes another owner's, with all that it has said. */
async function moved(
  store: Store,
  from: At,
  owner: string,
  role: { readonly name: string; readonly instructions: string; readonly version: number },
  said: readonly Former[],
): Promise<readonly Write[]> {
  const former = await formerOf(store, from);
  const to = roleAt(owner, from.id);
  return [
    { op: "delete", at: from },
    added(owner, { id: from.id, ...role }),
    ...[...former, ...said].map((each) => keepFormer(to, each)),
  ];
}

const noSuchRole = (hint = "Take an id from the list of roles.") =>
  new SkeletonError("record_not_found", "There is no such role of yours.", { hint });

/**
 * Steps that change a role begin with a look whether it is still what it was when it was read: of two changes at once the
 * second one fails, instead of leaving a name taken for ever or a version unkept.
 */
async function write(store: Store, name: string, steps: readonly Write[]): Promise<void> {
  try {
    await store.transaction(steps);
  } catch (error) {
    if (codeOf(error) === "conflict")
      throw new SkeletonError("stale", `The role ${name} was changed at this moment.`, {
        hint: "Read it again, and change it then.",
        cause: error,
      });
    if (codeOf(error) !== "duplicate_record") throw error;
    throw new SkeletonError("conflict", `There is a role named ${name} already.`, {
      hint: "Choose another name, or change that role.",
      cause: error,
    });
  }
}
