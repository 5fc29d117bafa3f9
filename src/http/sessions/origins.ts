import type { FastifyCorsOptions } from "@fastify/cors";
import type { FastifyRequest } from "fastify";
import { SkeletonError } from "../../lib/errors.ts";
import type { Config } from "../../protocols/config.ts";
import type { Host } from "../../protocols/plugin.ts";
import type { Server } from "../type-provider.ts";

const paths = /^\/api\/(sessions|roles|models|login|health|chat)(\/|\?|$)/;

/** Whether a request is for this surface; said of its path, because a preflight request has no route. */
export const isSessionsPath = (url: string): boolean => paths.test(url);

/** What pages elsewhere may do, where they may call at all. */
export const corsMethods = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"];

/** What pages elsewhere are told here: those of the listed hosts, at any port, may call, and bring their cookies. */
export function sessionsCors(
  { allowed_origins: allowed, cors_allow_all: all }: Config["sessions_api"],
  origin: string | undefined,
): FastifyCorsOptions {
  const listed = origin !== undefined && isListed(allowed, origin);
  return {
    origin: listed || all ? (origin ?? false) : false,
    credentials: listed && !all,
    methods: corsMethods,
    optionsSuccessStatus: 200,
  };
}

function isListed(allowed: readonly string[], origin: string): boolean {
  const host = hostOf(origin);
  return host !== undefined && allowed.some((each) => hostOf(each) === host);
}

const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).hostname.toLowerCase() || undefined : undefined;

/**
 * A cookie counts for a page of this server, and for nobody else: not even for one on another port of this host, which
 * browsers take for the same site.
 */
export function refuseOtherPages(surface: Server, host: Host): void {
  surface.addHook("onRequest", async (request) => {
    if (request.headers.authorization !== undefined || request.session === null || request.token === null)
      return;
    if (isOwnPage(request, host.config.cors_origins)) return;
    throw new SkeletonError("forbidden", "This request did not come from this server's own page.", {
      hint: "Send the token as `Authorization: Bearer ...` instead of the cookie.",
    });
  });
}

/** Whether a request came from this server's page or one it trusts; from no page at all counts as well. */
export function isOwnPage({ headers }: FastifyRequest, trusted: readonly string[]): boolean {
  const { origin, host, "sec-fetch-site": site } = headers;
  if (site === "same-origin") return true; // whatever a proxy made of `Host`
  if (origin !== undefined) {
    return trusted.includes(origin) || (URL.canParse(origin) && new URL(origin).host === host);
  }
  return site === undefined || site === "none"; // a browser tells no server without HTTPS
}
