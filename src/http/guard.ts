import type { FastifyRequest } from "fastify";
import type { Caller } from "../lib/allowed-models.ts";
import { codeOf, SkeletonError } from "../lib/errors.ts";
import type { Session } from "../protocols/auth.ts";
import type { Host } from "../protocols/plugin.ts";
import { invalidToken, readToken, saysWho, sessionOfToken } from "./read-token.ts";
import { refuseKey } from "./refuse-key.ts";
import type { Server } from "./type-provider.ts";

/** Routes that a package makes and that cannot say so themselves: the API's reference. */
const packages = /^\/docs(\/|$)/;

const reading = new Set(["GET", "HEAD", "OPTIONS"]);

const accesses = ["public", "user", "admin"];

/**
 * One guard for every route: who calls, and whether they may. A route without a policy does not start, nor one whose
 * policy nobody knows; part of the server may set one for all its routes that have none.
 */
export function registerGuard(server: Server, host: Host): void {
  const { config } = host;
  server.decorate("defaultConfig", {});
  server.decorateRequest("session", null);
  server.decorateRequest("token", null);
  server.addHook("onRoute", function (route) {
    if (packages.test(route.url)) route.config = { ...route.config, access: "public" };
    else route.config = { ...this.defaultConfig, ...route.config };
    const { access } = route.config;
    if (access !== undefined && accesses.includes(access)) return;
    throw new Error(`The route ${route.method} ${route.url} does not say who may call it.`);
  });
  server.addHook("onRequest", async (request, reply) => {
    refuseSecondHost(request);
    const { access = "public", leadsToSignIn, open, knows } = request.routeOptions.config;
    if (request.is404 || access === "public") return;
    const known = knows?.(request);
    if (known !== undefined) {
      request.session = known;
      return;
    }
    if (open && config.open_api.enabled && !saysWho(request)) {
      request.session = standingSession(config.open_api.user);
      return;
    }
    try {
      await admit(request, access, host);
    } catch (error) {
      const stranger = ["not_authenticated", "invalid_token"].includes(codeOf(error));
      if (!stranger || leadsToSignIn !== true || !isNavigation(request)) throw error;
      const signIn = `${config.base_path}/#/then/${encodeURIComponent(request.url)}`;
      return reply.header("cache-control", "no-store").redirect(signIn);
    }
  });
}

async function admit(request: FastifyRequest, access: "user" | "admin", host: Host): Promise<void> {
  const said = readToken(request);
  if (said.borne === "cookie" && !reading.has(request.method)) refuseForeignPage(request, host);
  const session = await sessionOfToken(await host.get("auth"), said);
  if (!session) throw invalidToken();
  if (session.key) refuseKey(session.key, request.routeOptions.config);
  if (access === "admin" && session.user.role !== "admin") {
    throw new SkeletonError("forbidden", "This is for admins.", { hint: "Sign in as an admin." });
  }
  request.session = session;
  request.token = said;
}

/** Somebody opened the address in a browser, rather than a script or a page that fetched it. */
function isNavigation({ method, headers }: FastifyRequest): boolean {
  const mode = headers["sec-fetch-mode"] ?? "navigate"; // which a browser tells no server without HTTPS
  const takesPages = headers.accept?.includes("text/html") === true;
  return method === "GET" && takesPages && mode === "navigate" && headers.authorization === undefined;
}

/** The caller of a guarded route. */
export function sessionOf(request: FastifyRequest): Session {
  if (request.session) return request.session;
  throw new Error(`The route ${request.routeOptions.url} asks for a session without demanding one.`);
}

export const userIdOf = (request: FastifyRequest): string => sessionOf(request).user.username;

/** On whose behalf a guarded route asks a model: its user, and the API key whose mask counts too. */
export function callerOf(request: FastifyRequest): Caller {
  const { user, key } = sessionOf(request);
  return { userId: user.username, ...(key && { keyId: key.id }) };
}

/** A call that is answered though nobody signed in. It has no token that could be revoked, and never ends. */
export const standingSession = (username: string): Session => ({
  user: { username, role: "user" },
  tokenId: "",
  expiresAt: new Date(8.64e15),
});

/**
 * A browser sends the cookie with whatever page asks it to. It also says which page that was; one that says nothing is
 * no browser, and has no business with the cookie.
 */
export function refuseForeignPage(request: FastifyRequest, host: Host): void {
  const site = request.headers["sec-fetch-site"];
  if (site === "same-origin" || site === "none") return;
  const { origin } = request.headers;
  if (site === undefined && origin !== undefined && originHost(origin) === request.headers.host) return;
  if (origin !== undefined && host.config.cors_origins.includes(origin)) return;
  throw new SkeletonError("forbidden", "This request did not come from this server's own page.", {
    hint: "Scripts send the token as `Authorization: Bearer ...` instead of the cookie.",
  });
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** Node keeps the first of two Host headers, a proxy before it perhaps the second. */
function refuseSecondHost(request: FastifyRequest): void {
  const hosts = request.raw.rawHeaders.filter((name, index) => index % 2 === 0 && /^host$/i.test(name));
  if (hosts.length < 2) return;
  throw new SkeletonError("bad_input", "The request has more than one Host header.", { hint: "Send one." });
}
