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
};

export type Tokens = {
  sign(account: Account): Promise<string>;
  /** `undefined` when malformed, foreign, expired, or signed in any other way than HS256. */
  read(token: string): Promise<Claims | undefined>;
  /** Changes with the password, so that a token does not outlive the password it was bought with. */
  stampOf(account: Account): string;
};

const ALGORITHM = "HS256";

export function createTokens(secret: string, tokenHours: number, host: Pick<Host, "now" | "newId">): Tokens {
  const key = new TextEncoder().encode(secret);

  const stampOf = (account: Account) =>
    createHmac("sha256", key)
      .update(`password of ${account.name}\n${account.hash}`)
      .digest("base64url")
      .slice(0, 16);

  return {
    stampOf,
    async sign(account) {
      const seconds = Math.floor(host.now().getTime() / 1000);
      return new SignJWT({ role: account.role, stamp: stampOf(account) })
        .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
        .setSubject(account.name)
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + Math.ceil(tokenHours * 3600))
        .setJti(host.newId())
        .sign(key);
    },
    async read(token) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [ALGORITHM],
          currentDate: host.now(),
          requiredClaims: ["sub", "exp"],
        });
        const { sub, exp, jti, stamp } = payload;
        if (typeof sub !== "string" || exp === undefined) return undefined;
        return {
          username: sub,
          // A token without an id of its own is known by its digest, so that it can be revoked all the same.
          tokenId: jti ?? createHash("sha256").update(token).digest("hex"),
          expiresAt: new Date(exp * 1000),
          ...(typeof stamp === "string" ? { stamp } : {}),
        };
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}
