import { isIP } from "node:net";
import { SkeletonError } from "../../lib/errors.ts";
import type { Config } from "../../protocols/config.ts";

/**
 * Refuses pages of others, also one that made its own name point at this machine (DNS rebinding) and so is of one origin
 * with it to every browser. Addresses and `localhost` cannot be made to point elsewhere; a name has to be configured.
 * @param from the request's `Origin` and `Host`; what sends no origin is no page.
 * @throws `forbidden`.
 */
export function refuseForeignOrigin(
  from: { readonly origin?: string | undefined; readonly host?: string | undefined },
  config: Pick<Config, "cors_origins" | "public_url">,
): void {
  const { origin, host } = from;
  if (origin === undefined || config.cors_origins.includes(origin)) return;
  if (config.public_url !== undefined && new URL(config.public_url).origin === origin) return;
  if (URL.canParse(origin)) {
    const { host: ownHost, hostname } = new URL(origin);
    const fixed = hostname === "localhost" || isIP(hostname.replace(/^\[|\]$/g, "")) !== 0;
    if (fixed && ownHost === host) return;
  }
  throw new SkeletonError("forbidden", "Pages of this origin may not speak to this server.", {
    hint: "Set public_url to the server's own address, or name the origin in cors_origins.",
  });
}
