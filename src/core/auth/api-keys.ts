import { badInput, SkeletonError } from "../../lib/errors.ts";
import { given } from "../../lib/given.ts";
import { type MaskCheck, maskFault } from "../../lib/mask-check.ts";
import type { ApiKey, NewApiKey } from "../../protocols/api-key.ts";
import type { ApiKeys, KeyAt } from "../../protocols/auth.ts";
import type { Host } from "../../protocols/plugin.ts";
import { keyRecords } from "./key-records.ts";
import { isKeyOf, keyHash, keyIdOf, newKeySecret } from "./key-secret.ts";
import type { Account } from "./users-file.ts";

const MOST_OF_ONE_USER = 50;
const LONGEST_NAME = 100;
const MOST_CALLS = 1_000_000;
const MOST_SECONDS = 86_400;
const SCOPES: readonly unknown[] = ["chat", "jobs", "read"];
/** For a key without an end: the last moment that a `Date` can tell. */
const NEVER = new Date(8.64e15);

/** Keys in the store. @param findUser the account of a name that may still sign in. */
export function createApiKeys(
  host: Pick<Host, "get" | "now" | "background">,
  findUser: (name: string) => Promise<Account | undefined>,
  maskAllows: MaskCheck,
): ApiKeys & { allows(at: KeyAt, model: string): Promise<boolean> } {
  const records = keyRecords(host);
  const holds = ({ expiresAt }: ApiKey) => expiresAt === undefined || expiresAt > host.now();

  return {
    async createKey({ username }, wanted) {
      const account = await findUser(username);
      if (account === undefined)
        throw new SkeletonError("invalid_credentials", "This account does not exist.", {
          hint: "Name a user who can sign in.",
        });
      const { id, secret } = newKeySecret();
      const key = {
        ...{ id, username: account.name, createdAt: host.now() },
        ...checked(wanted, host.now()),
      };
      await records.add({ key, hash: keyHash(secret) });
      // Counted afterwards: of two who come at once at most one too many is refused, and none too many stays.
      if ((await records.of(account.name)).length > MOST_OF_ONE_USER) {
        await records.remove(id);
        throw new SkeletonError("conflict", `There are ${MOST_OF_ONE_USER} keys of this account already.`, {
          hint: "Revoke one that is not needed any more.",
        });
      }
      return { key, secret };
    },

    listKeys: ({ username }) => records.of(username),

    async revokeKey({ username, id }) {
      const record = await records.find(id);
      if (record?.key.username === username && (await records.remove(id))) return;
      throw new SkeletonError("record_not_found", "There is no such key.", {
        hint: "List the keys again: it may have been revoked.",
      });
    },

    async verifyKey(secret) {
      const id = keyIdOf(secret);
      const record = id === undefined ? undefined : await records.find(id);
      if (record === undefined || !isKeyOf(secret, record.hash) || !holds(record.key)) return undefined;
      const { key } = record;
      const account = await findUser(key.username);
      if (account === undefined) return undefined;
      records.used(key);
      const role = account.role === "admin" ? "user" : account.role;
      return {
        user: { username: account.name, role },
        ...{ tokenId: key.id, expiresAt: key.expiresAt ?? NEVER, key },
      };
    },

    async allows({ username, id }, model) {
      const key = (await records.find(id))?.key;
      return key?.username === username && holds(key) && maskAllows(key.modelMask, model);
    },
  };
}

/** @throws `bad_input`. */
function checked({ name, scopes, modelMask, limit, expiresAt }: NewApiKey, now: Date): NewApiKey {
  const trimmed = name.trim();
  if (trimmed === "" || trimmed.length > LONGEST_NAME)
    throw badInput(`A key's name has 1 to ${LONGEST_NAME} characters.`, "Say what the key is for.");
  if (scopes.length === 0 || scopes.some((scope) => !SCOPES.includes(scope)))
    throw badInput("A key needs scopes out of `chat`, `jobs` and `read`.", "Name at least one.");
  const fault = modelMask === undefined ? undefined : maskFault(modelMask);
  if (fault !== undefined) throw badInput(`The model mask cannot be used: ${fault}.`, "Correct the mask.");
  if (limit !== undefined && !(isCount(limit.calls, MOST_CALLS) && isCount(limit.seconds, MOST_SECONDS)))
    throw badInput(
      "A limit is a whole number of calls in a whole number of seconds.",
      `At least 1 call, at most ${MOST_CALLS}; at least 1 second, at most ${MOST_SECONDS}.`,
    );
  if (expiresAt !== undefined && !(expiresAt > now))
    throw badInput("The key would have expired already.", "Name a time to come.");
  return { name: trimmed, scopes: [...new Set(scopes)], ...given({ modelMask, limit, expiresAt }) };
}

const isCount = (count: number, most: number) => Number.isInteger(count) && count >= 1 && count <= most;
