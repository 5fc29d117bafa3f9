import { join } from "node:path";
import { SkeletonError } from "../../lib/errors.ts";
import { createMaskCheck } from "../../lib/mask-check.ts";
import type { Auth, User } from "../../protocols/auth.ts";
import type { CorePlugin, Host } from "../../protocols/plugin.ts";
import { createApiKeys } from "./api-keys.ts";
import { ephemeralUsers } from "./ephemeral-users.ts";
import { createEras } from "./eras.ts";
import { fewAtATime } from "./few-at-a-time.ts";
import { firstAdmin } from "./first-admin.ts";
import { outsideUsers } from "./outside-users.ts";
import { hashOfNobody, verifyPassword } from "./password.ts";
import { createRevocations } from "./revocations.ts";
import { tokenSecret } from "./secret.ts";
import { createSetupSecret } from "./setup-secret.ts";
import { createTokens } from "./tokens.ts";
import { nameFault } from "./user-name.ts";
import { type Users, usersFromFile } from "./users.ts";
import type { Account } from "./users-file.ts";

/** Ours are some 300 characters long. */
const MAX_TOKEN_LENGTH = 8192;

/** Accounts from `users.yaml`, passwords by bcrypt, sign-ins as HS256 JWTs that the store remembers the end of. */
export const yamlAuthPlugin: CorePlugin<"auth"> = {
  role: "auth",
  name: "yaml",
  create: (host) => createYamlAuth(host),
};

/** @param hashCost of a new password, and of a check for nobody while there are no users. Default: the usual one. */
export async function createYamlAuth(host: Host, hashCost?: number): Promise<Auth> {
  const secret = await tokenSecret(host);
  if (host.config.mode === "ephemeral") return createAuth(host, secret, await ephemeralUsers());
  const path = join(host.config.data_path, host.config.users_filename);
  const users = usersFromFile(path, host);
  return {
    ...createAuth(host, secret, users, hashCost),
    setup: firstAdmin(path, users, { secret: createSetupSecret(host, secret), log: host.log, hashCost }),
  };
}

function createAuth(host: Host, secret: string, users: Users, costOfNobody?: number): Auth {
  const tokens = createTokens(secret, host.config.auth.token_hours, host);
  const revocations = createRevocations(host);
  const eras = createEras(host);
  // bcrypt runs in Node's pool of four threads, which files and name look-ups need too.
  const inTurn = fewAtATime(2, 100);
  const maskAllows = createMaskCheck(
    () => host.now(),
    (mask) => host.log.warn({ mask }, "A model mask took too long on a model name, and refused it"),
  );

  const { find: findOutside, ...outside } = outsideUsers(host, users);
  const find = async (name: string): Promise<Account | undefined> =>
    (await users.now()).accounts.get(name) ?? findOutside(name);

  const { allows: keyAllows, ...keys } = createApiKeys(host, find, maskAllows);

  return {
    async authenticateUser({ username, password }) {
      const name = username.trim().normalize("NFC");
      const { accounts } = await users.now();
      const account = nameFault(name) === undefined ? accounts.get(name) : undefined;
      const costs = [...accounts.values()].map(({ cost }) => cost);
      const hash = account?.hash ?? hashOfNobody(name, costs, costOfNobody);
      const right = await inTurn(() => verifyPassword(password, hash));
      return right && account !== undefined ? userOf(account) : undefined;
    },

    async createToken({ username }) {
      const account = await find(username);
      if (account === undefined)
        throw new SkeletonError("invalid_credentials", "This account no longer exists.", {
          hint: "Sign in with another account.",
        });
      return tokens.sign(account, await eras.current(account.name, { fresh: true }));
    },

    async verifyToken(token) {
      if (token.length > MAX_TOKEN_LENGTH) return undefined;
      const claims = await tokens.read(token);
      if (claims === undefined) return undefined;
      const account = await find(claims.username);
      if (account === undefined) return undefined;
      if (claims.stamp !== undefined && claims.stamp !== tokens.stampOf(account)) return undefined;
      if (await revocations.has(claims)) return undefined;
      if ((await eras.current(account.name)) !== claims.era) return undefined;
      return { user: userOf(account), tokenId: claims.tokenId, expiresAt: claims.expiresAt };
    },

    revokeToken: ({ user: { username }, tokenId, expiresAt }) =>
      revocations.add({ username, tokenId, expiresAt }),

    revokeAllTokens: ({ username }) => eras.begin(username),

    async requestAllowed({ username, model, keyId }) {
      const account = await find(username);
      if (account === undefined || !maskAllows(account.mask, model)) return false;
      return keyId === undefined || keyAllows({ username, id: keyId }, model);
    },

    ...{ outside, keys },
  };
}

const userOf = ({ name, role }: Account): User => ({ username: name, role });
