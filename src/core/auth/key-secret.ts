import { createHash, randomBytes } from "node:crypto";
import { isSameSecret } from "../../lib/is-same-secret.ts";

/** So that people, and tools that look for leaked secrets, know one when they see it. */
const PREFIX = "sk_skeleton_";
const FORM = /^sk_skeleton_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/;

/** A new key: 64 random bits to find it by, 256 to trust it by. */
export function newKeySecret(): { readonly id: string; readonly secret: string } {
  const id = randomBytes(8).toString("hex");
  return { id, secret: `${PREFIX}${id}_${randomBytes(32).toString("base64url")}` };
}

/** The id in a key; `undefined` when it is none of ours. */
export const keyIdOf = (secret: string): string | undefined => FORM.exec(secret)?.[1];

/** What is kept of a key. Nobody guesses 256 random bits, so a slow hash would slow nobody but its owner. */
export const keyHash = (secret: string): string => createHash("sha256").update(secret).digest("base64url");

export const isKeyOf = (secret: string, hash: string): boolean => isSameSecret(keyHash(secret), hash);
