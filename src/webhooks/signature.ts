import { createHmac, randomBytes } from "node:crypto";

const prefix = "whsec_";

/** A new signing secret: 24 random bytes, written as receivers expect it. */
export const newSecret = (): string => prefix + randomBytes(24).toString("base64");

/**
 * The headers by which a receiver knows a message (https://www.standardwebhooks.com): `webhook-id`, the same each time
 * it is sent; `webhook-timestamp`, of this try in seconds; `webhook-signature`, absent without a secret.
 */
export function signedHeaders(
  message: { readonly id: string; readonly body: string; readonly secret?: string | undefined },
  now: Date,
): Record<string, string> {
  const { id, body, secret } = message;
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const headers = { "webhook-id": id, "webhook-timestamp": timestamp };
  if (secret === undefined) return headers;
  const key = Buffer.from(secret.slice(prefix.length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { ...headers, "webhook-signature": `v1,${signature}` };
}
