import { createHmac, timingSafeEqual } from "node:crypto";

/** Seconds that a request may be old, or early. */
const window = 300;

/** Why a request is refused, in Slack's own manner; `undefined`: it is Slack's. */
export type CheckSignature = (request: {
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  /** As it came, byte by byte. */
  readonly body: string;
  readonly now: Date;
}) => "Missing signature" | "Stale request" | "Invalid signature" | "Repeated request" | undefined;

/** Checks that a request was signed with this secret, lately, and is seen for the first time. */
export function signatureCheck(secret: string): CheckSignature {
  /** Signatures that were taken, with the second from which they would be stale anyway. */
  const taken = new Map<string, number>();
  return ({ timestamp, signature, body, now }) => {
    if (!timestamp || !signature) return "Missing signature";
    const seconds = now.getTime() / 1000;
    if (!/^\d{1,12}$/.test(timestamp) || Math.abs(seconds - Number(timestamp)) > window)
      return "Stale request";
    const expected = `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
    if (!isSame(signature, expected)) return "Invalid signature";
    for (const [old, until] of taken) {
      if (until >= seconds) break; // they come nearly in order, and a few too many cost nothing
      taken.delete(old);
    }
    if (taken.has(signature)) return "Repeated request";
    taken.set(signature, Number(timestamp) + window);
    return undefined;
  };
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
