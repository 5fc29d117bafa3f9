import { createHmac } from "node:crypto";
import { isSameSecret } from "../../lib/is-same-secret.ts";

/** Seconds that a request may be old, or early. */
export const window = 300;

/** Why a request is refused, in Slack's own manner; `undefined`: it was signed with this secret, lately. */
export function signatureFault(
  secret: string,
  request: {
    readonly timestamp: string | undefined;
    readonly signature: string | undefined;
    /** As it came, byte by byte. */
    readonly body: string;
    readonly now: Date;
  },
): "Missing signature" | "Stale request" | "Invalid signature" | undefined {
  const { timestamp, signature, body, now } = request;
  if (!timestamp || !signature) return "Missing signature";
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now.getTime() / 1000 - Number(timestamp)) > window)
    return "Stale request";
  const expected = `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
  return isSameSecret(signature, expected) ? undefined : "Invalid signature";
}
