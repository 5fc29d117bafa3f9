import { createHash } from "node:crypto";
import { badInput, codeOf, SkeletonError } from "../../lib/errors.ts";
import { lazyStore } from "../../lib/lazy-store.ts";
import { maskFault } from "../../lib/mask-check.ts";
import type { OutsideId, OutsideUser, OutsideUsers, User } from "../../protocols/auth.ts";
import type { Host } from "../../protocols/plugin.ts";
import type { StoreRecord, StoreSchema, Write } from "../../protocols/store.ts";
import { answering } from "./answering.ts";
import { lookAlikeKeys } from "./look-alike.ts";
import { canonicalName } from "./user-name.ts";
import type { Users } from "./users.ts";
import type { Account } from "./users-file.ts";

const STORE = "outside_users";
/** All records are under one owner, so that no two people get the same name. Nobody can be called that. */
const OWNER = "outside users";
const SCHEMA: StoreSchema = {
  ...{ name: "str", source: "str", subject: "str" },
  ...{ role: "str", model_mask: "str", admitted: "bool" },
};
/** How long an account is believed to be as it was: another process's change is seen within this time. */
const BELIEVE_MS = 2000;
/** Accounts remembered at once. */
const REMEMBER = 10_000;

/** An id of the store's own form, whatever the text is. */
const idOf = (kind: "name" | "looks" | "subject", ...texts: readonly string[]) =>
  `${kind} ${createHash("sha256").update(JSON.stringify(texts)).digest("base64url")}`;

const at = (id: string) => ({ userId: OWNER, store: STORE, id });

/** Who was admitted from outside, in the store; with a short memory in front. */
export function outsideUsers(
  host: Pick<Host, "get" | "now" | "config">,
  users: Users,
): OutsideUsers & { find(name: string): Promise<Account | undefined> } {
  const open = lazyStore(host, STORE, SCHEMA);
  const remembered = new Map<string, { readonly account: Account | undefined; readonly askedAt: number }>();

  async function find(name: string): Promise<Account | undefined> {
    const askedAt = host.now().getTime();
    const known = remembered.get(name);
    const age = known === undefined ? Number.POSITIVE_INFINITY : askedAt - known.askedAt;
    if (known !== undefined && age >= 0 && age < BELIEVE_MS) return known.account;
    const record = await answering(async () => (await open()).get(at(idOf("name", name))));
    const account = record?.admitted === true ? accountOf(record) : undefined;
    remembered.delete(name);
    remembered.set(name, { account, askedAt });
    if (remembered.size > REMEMBER) remembered.delete(remembered.keys().next().value ?? name);
    return account;
  }

  /** The name that this id has here; `undefined` for a stranger. */
  async function nameOf({ source, subject }: OutsideId): Promise<string | undefined> {
    const record = await answering(async () => (await open()).get(at(idOf("subject", source, subject))));
    return typeof record?.name === "string" ? record.name : undefined;
  }

  /** `false` when the name, something that looks like it or the id was taken meanwhile, or before. */
  async function addNew(name: string, { source, subject }: OutsideId, data: AccountData): Promise<boolean> {
    const into = { userId: OWNER, store: STORE };
    const looks = lookAlikeKeys(name).map((key) => idOf("looks", key));
    const steps: Write[] = [
      { op: "add", in: into, id: idOf("name", name), data: { name, source, subject, ...data } },
      ...[idOf("subject", source, subject), ...looks].map(
        (id): Write => ({ op: "add", in: into, id, data: { name } }),
      ),
    ];
    try {
      await answering(async () => (await open()).transaction(steps), ["duplicate_record"]);
      return true;
    } catch (error) {
      if (codeOf(error) !== "duplicate_record") throw error;
      return false;
    }
  }

  async function set(name: string, data: Partial<AccountData>): Promise<void> {
    await answering(async () => (await open()).update(at(idOf("name", name)), data));
    remembered.delete(name); // a question that is on its way may bring back the old account: for two seconds
  }

  async function admit(user: OutsideUser): Promise<User> {
    const data = { ...checked(user), admitted: true };
    const before = await nameOf(user);
    const name = before ?? canonicalName(user.username);
    if (await hasPassword(users, name)) throw taken(name);
    // What was written without a token is not for whoever is called so elsewhere.
    if (before === undefined && looksLike(name, host.config.open_api.user)) throw taken(name);
    if (before !== undefined) await set(name, data);
    else if (!(await addNew(name, user, data))) {
      // Somebody else has the name, unless these are two first sign-ins of one person at once.
      if ((await nameOf(user)) === undefined) throw taken(name);
      return admit(user);
    }
    remembered.delete(name);
    return { username: name, role: data.role };
  }

  return {
    ...{ find, admit },
    async dismiss(id) {
      const name = await nameOf(id);
      if (name !== undefined) await set(name, { admitted: false });
    },
  };
}

type AccountData = { readonly role: string; readonly model_mask: string | null; readonly admitted: boolean };

function checked({ source, subject, role, modelMask }: OutsideUser) {
  if (source === "" || subject === "") throw badInput("The other system gave no id.", "Look at its answer.");
  if (role.trim() === "") throw badInput("The user role is empty.", "Give it a text, for example `user`.");
  const fault = modelMask === undefined ? undefined : maskFault(modelMask);
  if (fault !== undefined) throw badInput(`The model mask cannot be used: ${fault}.`, "Correct the mask.");
  return { role: role.trim(), model_mask: modelMask ?? null };
}

/** In place of a password's hash there is what the account hangs on: tokens end when that is another's. */
function accountOf({ name, source, subject, role, model_mask: mask }: StoreRecord): Account {
  return {
    name: String(name),
    role: String(role),
    hash: JSON.stringify([source, subject]),
    cost: 0,
    ...(typeof mask === "string" && { mask }),
  };
}

/** Whether the name, or one that looks like it, stands in the users file. */
async function hasPassword(users: Users, name: string): Promise<boolean> {
  const { accounts } = await users.now();
  return [...accounts.keys()].some((other) => looksLike(name, other));
}

function looksLike(name: string, other: string): boolean {
  const keys = new Set(lookAlikeKeys(name));
  return lookAlikeKeys(other).some((key) => keys.has(key));
}

const taken = (name: string) =>
  new SkeletonError(
    "forbidden",
    `The name ${JSON.stringify(name)}, or one that looks like it, is somebody else's.`,
    {
      hint: "Ask whoever runs this server: a user with a password keeps the name until they are removed from the users file.",
    },
  );
