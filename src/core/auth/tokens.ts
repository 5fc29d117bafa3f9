import { createHash, createHmac } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import type { Host } from "../../protocols/plugin.ts";
import type { Account } from "./users-file.ts";

/** What a token says, its signature and its time being right. */
export type Claims = {
  readonly username: string;
  readonly tokenId: string;
  readonly expiresAt: Date;
  /** The password stamp of the day it was made; absent in tokens that the Python server made. */
  readonly stamp?: string;
  /** The era it was made in; absent before the user ended all sign-ins for the first time. */
  readonly era?: string;
};

export type Tokens = {
  sign(account: Account, era: string | undefined): Promise<string>;
  /** `undefined` when malformed, foreign, expired, or signed in any other way than HS256. */
  read(token: string): Promise<Claims | undefined>;
  /** Changes with the password, so that a token does not outlive the password it was bought with. */
  stampOf(account: Account): string;
};

const ALGORITHM = "HS256";
/** Some 10 MB at most; then they are all looked at anew. */
const MOST_KNOWN = 10_000;

export function createTokens(secret: string, tokenHours: number, host: Pick<Host, "now" | "newId">): Tokens {
  const key = new TextEncoder().encode(secret);

  const stampOf = (account: Account) =>
    createHmac("sha256", key)
      .update(`password of ${account.name}\n${account.hash}`)
      .digest("base64url")
      .slice(0, 16);

  /** Tokens whose signature was found right: open streams and busy pages show the same one over and over. */
  const known = new Map<string, Claims>();

  async function verified(token: string): Promise<Claims | undefined> {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [ALGORITHM],
        currentDate: host.now(),
        requiredClaims: ["sub", "exp"],
      });
      const { sub, exp, jti, stamp, era } = payload;
      if (typeof sub !== "string" || exp === undefined) return undefined;
      return {
        username: sub,
        // A token without an id of its own is known by its digest, so that it can be revoked all the same.
        tokenId: jti ?? createHash("sha256").update(token).digest("hex"),
        expiresAt: new Date(exp * 1000),
        ...(typeof stamp === "string" ? { stamp } : {}),
        ...(typeof era === "string" ? { era } : {}),
      };
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  return {
    stampOf,
    async sign(account, era) {
      const seconds = Math.floor(host.now().getTime() / 1000);
      return new SignJWT({
        role: account.role,
        stamp: stampOf(account),
        ...(era === undefined ? {} : { era }),
      })
        .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
        .setSubject(account.name)
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + Math.ceil(tokenHours * 3600))
        .setJti(host.newId())
        .sign(key);
    },
    async read(token) {
      const kept = known.get(token);
      if (kept !== undefined) {
        if (kept.expiresAt > host.now()) return kept;
        known.delete(token);
      }
      const claims = await verified(token);
      if (claims === undefined) return undefined;
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(token, claims);
      return claims;
    },
  };
}
