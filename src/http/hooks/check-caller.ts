import { createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { SkeletonError } from "../../lib/errors.ts";
import { isSameSecret } from "../../lib/is-same-secret.ts";
import type { HookConfig } from "../../protocols/config/jobs.ts";

/** Seconds that a message with a time may be old, or early. */
const window = 300;

/**
 * Whether a message may begin a job: its body is signed with the hook's secret, as GitHub does it (`X-Hub-Signature-256`) or
 * as Standard Webhooks has it, or it brings the hook's token. Where a hook has both, both must be right.
 * @param body as it came, byte by byte. @throws `invalid_token`.
 */
export function checkCaller(
  { secret, token }: Pick<HookConfig, "secret" | "token">,
  {
    headers,
    body,
    now,
  }: { readonly headers: IncomingHttpHeaders; readonly body: string; readonly now: Date },
): void {
  const signed = secret === undefined || isSigned(secret, headers, body, now);
  const known = token === undefined || isSameSecret(tokenIn(headers), token);
  if (signed && known && (secret !== undefined || token !== undefined)) return;
  throw new SkeletonError(
    "invalid_token",
    "This is not signed with the secret of the hook, or lacks its token.",
    {
      hint: "Compare `hooks` in skeleton.yaml with what the sender was told.",
    },
  );
}

function isSigned(secret: string, headers: IncomingHttpHeaders, body: string, now: Date): boolean {
  const github = one(headers["x-hub-signature-256"]);
  if (github !== "")
    return isSameSecret(github, `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`);
  const [id, timestamp] = [one(headers["webhook-id"]), one(headers["webhook-timestamp"])];
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now.getTime() / 1000 - Number(timestamp)) > window)
    return false;
  const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : secret;
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return one(headers["webhook-signature"])
    .split(" ")
    .some((each) => isSameSecret(each, `v1,${expected}`));
}

/** Where senders put a token: as a bearer, or in a header that GitLab, n8n and the like know. */
function tokenIn(headers: IncomingHttpHeaders): string {
  const bearer = /^bearer +(.*)$/i.exec(headers.authorization ?? "")?.[1]?.trim();
  return bearer || one(headers["x-api-token"]) || one(headers["x-gitlab-token"]);
}

const one = (header: string | string[] | undefined): string => (typeof header === "string" ? header : "");
