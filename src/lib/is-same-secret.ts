import { createHash, timingSafeEqual } from "node:crypto";

/** Compares in a time that does not depend on where they differ, nor on how long they are. */
export function isSameSecret(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
