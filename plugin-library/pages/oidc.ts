/*
 * Signs people in by OpenID Connect: Keycloak, Entra ID, Google, Authentik, Okta and whatever else speaks it. The sign-in
 * form offers it beside name and password. Link it into `plugins/pages/`; it needs the package openid-client, which a clone
 * of this project brings, and these variables of the environment, of which the first three must be there:
 *
 * OIDC_ISSUER          the provider's address, as its /.well-known/openid-configuration says it
 * OIDC_CLIENT_ID       as the provider gave them. The address to come back to, which the provider wants to know, is
 * OIDC_CLIENT_SECRET   <address of this server>/_plugin/oidc/callback; set `public_url` when there is a proxy before it
 * OIDC_TITLE           "Sign in with ..."; default the provider's host name
 * OIDC_SCOPES          default "openid profile email"
 * OIDC_USERNAME_CLAIM  what names the user, the first time; default preferred_username, for Google email
 * OIDC_GROUPS_CLAIM    where the groups are; default groups, in Keycloak perhaps realm_access.roles
 * OIDC_GROUPS          who may come in, as what: {"it": {"role": "admin"}, "staff": {"role": "user", "model_mask": "gpt-.*"}}
 *                      The first that fits counts, "*" fits everybody, whoever fits none stays out. Default: everybody is a
 *                      user who may use all models.
 *
 * An account hangs on the provider's own id of the person and keeps its name. Groups are read at each sign-in; a sign-in
 * holds for `auth.token_hours`, whatever the provider does meanwhile.
 */
import { env } from "node:process";
import type {} from "@fastify/cookie"; // what replies and requests of this server have more
import type { FastifyReply, FastifyRequest } from "fastify";
import * as oidc from "openid-client";
import type { PagePlugin } from "../../src/protocols/page.ts";
import type { Host } from "../../src/protocols/plugin.ts";

const answerLimitS = 10; // for each answer of the provider
const signInMinutes = 15; // between leaving for the provider and coming back
const mostAtOnce = 50; // sign-ins that are being finished

type Group = { readonly role: string; readonly model_mask?: string };
type Settings = ReturnType<typeof readSettings>;

/** @throws what is wrong, which keeps the page from being there. */
function readSettings() {
  const needed = (name: string) => env[name] || fail(`needs the variable ${name}`);
  const issuer = URL.parse(needed("OIDC_ISSUER")) ?? fail("needs a whole address in OIDC_ISSUER");
  const local = ["127.0.0.1", "[::1]", "localhost"].includes(issuer.hostname);
  if (issuer.protocol !== "https:" && !local)
    fail("needs an OIDC_ISSUER with https: without it anybody could be anybody");
  return {
    ...{ issuer, local, title: titleNow() },
    clientId: needed("OIDC_CLIENT_ID"),
    clientSecret: needed("OIDC_CLIENT_SECRET"),
    scopes: env.OIDC_SCOPES || "openid profile email",
    usernameClaim: env.OIDC_USERNAME_CLAIM || "preferred_username",
    groupsClaim: env.OIDC_GROUPS_CLAIM || "groups",
    groups: env.OIDC_GROUPS ? readGroups(env.OIDC_GROUPS) : undefined,
  };
}

const titleNow = () => env.OIDC_TITLE || (URL.parse(env.OIDC_ISSUER ?? "")?.hostname ?? "OpenID Connect");

function readGroups(text: string): readonly (readonly [string, Group])[] {
  let groups: unknown;
  try {
    groups = JSON.parse(text);
  } catch {
    fail("needs JSON in OIDC_GROUPS");
  }
  if (typeof groups !== "object" || groups === null || Array.isArray(groups))
    fail("needs an object in OIDC_GROUPS");
  return Object.entries(groups as Record<string, Partial<Record<keyof Group, unknown>> | null>).map(
    ([name, value]) => {
      const { role, model_mask: mask } = value ?? {};
      if (typeof role !== "string" || (mask !== undefined && typeof mask !== "string"))
        fail(`needs a role, and perhaps a model_mask, for the group ${name} of OIDC_GROUPS`);
      return [name, { role, ...(mask !== undefined && { model_mask: mask }) }];
    },
  );
}

function fail(what: string): never {
  throw new Error(`oidc ${what}`);
}

/** What the browser keeps while its reader is at the provider, and shows when they are back. */
type Flow = Readonly<Record<"state" | "nonce" | "verifier" | "place", string>>;

/** A cookie for each, so that two windows that sign in at once do not lose each other. */
const cookieOf = (state: string) => `skeleton_oidc_${state.slice(0, 16)}`;

function readFlow(cookie: string | undefined): Flow | undefined {
  try {
    const { state, nonce, verifier, place } = JSON.parse(Buffer.from(cookie ?? "", "base64url").toString());
    if ([state, nonce, verifier, place].every((text) => typeof text === "string"))
      return { state, nonce, verifier, place };
  } catch {
    // Whoever wrote that was not this page.
  }
  return undefined;
}

/** A place within the page, never another address. */
const placeOf = (then: unknown) =>
  typeof then === "string" && /^#[\w\-.~%!$&'()*+,;=:@/?]{0,1000}$/.test(then) ? then : "";

/** A claim by its name, or by the way to it: `realm_access.roles`. */
function claimOf(claims: object, name: string): unknown {
  if (Object.hasOwn(claims, name)) return Reflect.get(claims, name);
  return name.split(".").reduce<unknown>((value, key) => {
    const inside = typeof value === "object" && value !== null && Object.hasOwn(value, key);
    return inside ? Reflect.get(value, key) : undefined;
  }, claims);
}

function groupOf(claims: object, { groups, groupsClaim }: Settings): Group | undefined {
  if (groups === undefined) return { role: "user" };
  const value = claimOf(claims, groupsClaim);
  const theirs = new Set(Array.isArray(value) ? value : [value]);
  return groups.find(([name]) => name === "*" || theirs.has(name))?.[1];
}

/** What the reader is told instead of being signed in. */
class Refusal extends Error {
  readonly status: number;
  readonly words: Words;
  constructor(status: number, words: Words, cause?: unknown) {
    super(words.en, { cause });
    this.status = status;
    this.words = words;
  }
}
type Words = { readonly en: string; readonly de: string };

const texts = (title: string) => ({
  away: {
    en: `${title} does not answer. Try again in a moment.`,
    de: `${title} antwortet nicht. Versuche es gleich noch einmal.`,
  },
  expired: {
    en: "This sign-in took too long, or began in another browser. Begin again.",
    de: "Diese Anmeldung hat zu lange gedauert oder in einem anderen Browser begonnen. Beginne von vorn.",
  },
  refused: {
    en: `${title} did not sign you in.`,
    de: `${title} hat dich nicht angemeldet.`,
  },
  untrusted: {
    en: `What ${title} answered cannot be trusted. The server's log says more.`,
    de: `Der Antwort von ${title} ist nicht zu trauen. Mehr steht im Protokoll des Servers.`,
  },
  nameless: {
    en: `${title} did not say what to call you. Whoever runs this server can choose another OIDC_USERNAME_CLAIM.`,
    de: `${title} hat nicht gesagt, wie du heißt. Wer diesen Server betreibt, kann OIDC_USERNAME_CLAIM anders setzen.`,
  },
  unverified: {
    en: `${title} has not verified your e-mail address yet.`,
    de: `${title} hat deine E-Mail-Adresse noch nicht bestätigt.`,
  },
  stranger: {
    en: `Your account at ${title} may not use this server. Ask whoever runs it.`,
    de: `Dein Konto bei ${title} darf diesen Server nicht benutzen. Frage, wer ihn betreibt.`,
  },
  name: {
    en: "Your name belongs to another account here, or cannot be used. Ask whoever runs this server.",
    de: "Dein Name gehört hier einem anderen Konto oder ist nicht brauchbar. Frage, wer diesen Server betreibt.",
  },
  busy: {
    en: "Too many people sign in at once. Try again in a moment.",
    de: "Zu viele melden sich gleichzeitig an. Versuche es gleich noch einmal.",
  },
  trouble: {
    en: "Signing in did not work. The server's log says more.",
    de: "Die Anmeldung ist fehlgeschlagen. Mehr steht im Protokoll des Servers.",
  },
});

const codeOf = (error: unknown) => (error as { readonly code?: unknown } | null)?.code;

/** What the library throws, as what the reader can make of it. */
function refusalOf(error: unknown, words: ReturnType<typeof texts>): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof oidc.AuthorizationResponseError) return new Refusal(403, words.refused, error);
  const code = codeOf(error);
  if (code === "forbidden" || code === "bad_input") return new Refusal(403, words.name, error);
  const name = error instanceof Error ? error.name : "";
  if (["TimeoutError", "AbortError"].includes(name) || (error as Error)?.message === "fetch failed")
    return new Refusal(502, words.away, error);
  if (error instanceof oidc.ClientError || error instanceof oidc.ResponseBodyError)
    return new Refusal(502, words.untrusted, error);
  return new Refusal(code === "store_unavailable" ? 503 : 500, words.trouble, error);
}

/** The provider as it describes itself; asked until it has answered once. */
function provider({ issuer, local, clientId, clientSecret }: Settings) {
  let known: Promise<oidc.Configuration> | undefined;
  return async () => {
    known ??= oidc.discovery(issuer, clientId, clientSecret, undefined, {
      timeout: answerLimitS,
      // Signatures are looked at though the answer comes over TLS: a proxy in between may not be trusted as far.
      execute: [oidc.enableNonRepudiationChecks, ...(local ? [oidc.allowInsecureRequests] : [])],
    });
    try {
      return await known;
    } catch (error) {
      known = undefined;
      throw error;
    }
  };
}

/** What is known of the person: the ID token, and the provider's page about them where that says too little. */
async function claimsOf(
  config: oidc.Configuration,
  tokens: Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>,
  { usernameClaim, groups, groupsClaim }: Settings,
) {
  const claims = tokens.claims() ?? fail("got no ID token");
  const wanted = [usernameClaim, ...(groups === undefined ? [] : [groupsClaim])];
  const enough = wanted.every((name) => claimOf(claims, name) !== undefined);
  if (enough || config.serverMetadata().userinfo_endpoint === undefined) return claims;
  return { ...(await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)), ...claims };
}

/** Some providers write it as text, and some say nothing of it. */
const isVerified = (claim: unknown): boolean => [undefined, true, "true"].some((yes) => claim === yes);

function errorPage({ accept, words, begin }: { accept: string; words: Words; begin: string }): string {
  const german = /^de\b/i.test(accept);
  const escaped = (text: string) => text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);
  const [again, back] = german ? ["Noch einmal", "Zur Anmeldung"] : ["Try again", "Back to the sign-in"];
  return `<!doctype html>
<html lang="${german ? "de" : "en"}">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${german ? "Nicht angemeldet" : "Not signed in"}</title>
<style>
  :root { color-scheme: light dark; font: 16px/26px system-ui, sans-serif; }
  body { display: grid; place-items: center; min-height: 90vh; margin: 0 24px;
    background: light-dark(#faf8f3, #171614); color: light-dark(#1d1b18, #ece8df); }
  main { max-width: 26rem } a { color: light-dark(#0b6b63, #5cc5ba); margin-right: 16px }
</style>
<main role="alert"><p>${escaped(german ? words.de : words.en)}</p>
<p><a href="${begin}">${again}</a><a href="/">${back}</a></p></main>
</html>`;
}

export default {
  name: "oidc",
  access: "public",
  get signIn() {
    return { title: titleNow() };
  },
  async routes(server, host: Host) {
    const settings = readSettings();
    const words = texts(settings.title);
    const outside =
      (await host.get("auth")).outside ?? fail("needs an auth plugin that admits people from outside");
    const discover = provider(settings);
    const root = host.config.base_path;
    const base = ({ protocol, host: name }: FastifyRequest) =>
      host.config.public_url?.replace(/\/+$/, "") ?? `${protocol}://${name}${root}`;
    const callback = (request: FastifyRequest) => new URL(`${base(request)}/_plugin/oidc/callback`);
    const cookie = (request: FastifyRequest) =>
      ({
        ...{ path: `${root}/_plugin/oidc/`, httpOnly: true, maxAge: signInMinutes * 60 },
        sameSite: "lax", // the way back comes from the provider's site
        secure: base(request).startsWith("https:"),
      }) as const;
    let finishing = 0;

    /** Runs a step of the sign-in; what it throws becomes a page that says what to do. */
    const step =
      <Request extends FastifyRequest>(
        run: (request: Request, reply: FastifyReply) => Promise<FastifyReply>,
      ) =>
      async (request: Request, reply: FastifyReply) => {
        try {
          return await run(request, reply);
        } catch (error) {
          const { status, words: told, cause } = refusalOf(error, words);
          const level = status >= 500 ? "error" : "warn";
          host.log[level]({ err: cause ?? error, issuer: settings.issuer.href }, `oidc: ${told.en}`);
          const accept = request.headers["accept-language"] ?? "";
          return reply
            .code(status)
            .header(
              "content-security-policy",
              "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
            )
            .type("text/html; charset=utf-8")
            .send(errorPage({ accept, words: told, begin: `${root}/_plugin/oidc/` }));
        }
      };

    server.get<{ Querystring: { then?: unknown } }>(
      "/",
      step(async (request: FastifyRequest<{ Querystring: { then?: unknown } }>, reply) => {
        const config = await discover();
        const [state, nonce, verifier] = [
          oidc.randomState(),
          oidc.randomNonce(),
          oidc.randomPKCECodeVerifier(),
        ];
        const flow: Flow = { state, nonce, verifier, place: placeOf(request.query.then) };
        const address = oidc.buildAuthorizationUrl(config, {
          ...{ redirect_uri: callback(request).href, scope: settings.scopes, state, nonce },
          code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
          code_challenge_method: "S256",
        });
        const kept = Buffer.from(JSON.stringify(flow)).toString("base64url");
        return reply.setCookie(cookieOf(state), kept, cookie(request)).redirect(address.href);
      }),
    );

    server.get<{ Querystring: { state?: unknown } }>(
      "/callback",
      step(async (request: FastifyRequest<{ Querystring: { state?: unknown } }>, reply) => {
        const { state } = request.query;
        const name = typeof state === "string" ? cookieOf(state) : "";
        const flow = readFlow(request.cookies[name]);
        if (flow === undefined) throw new Refusal(400, words.expired);
        if (finishing >= mostAtOnce) throw new Refusal(503, words.busy);
        finishing += 1;
        try {
          const user = await finish(request, flow);
          await reply.clearCookie(name, cookie(request)).signIn(user);
          return reply.redirect(`${root}/${placeOf(flow.place)}`, 303);
        } finally {
          finishing -= 1;
        }
      }),
    );

    async function finish(request: FastifyRequest, flow: Flow) {
      const config = await discover();
      const here = callback(request);
      here.search = new URL(request.url, here).search;
      const tokens = await oidc.authorizationCodeGrant(config, here, {
        ...{ expectedState: flow.state, expectedNonce: flow.nonce, pkceCodeVerifier: flow.verifier },
        idTokenExpected: true,
      });
      const claims = await claimsOf(config, tokens, settings);
      const id = { source: config.serverMetadata().issuer, subject: claims.sub };
      const group = groupOf(claims, settings);
      if (group === undefined) {
        await outside.dismiss(id);
        throw new Refusal(403, words.stranger);
      }
      const username = claimOf(claims, settings.usernameClaim);
      if (typeof username !== "string" || username.trim() === "") throw new Refusal(403, words.nameless);
      if (settings.usernameClaim === "email" && !isVerified(claimOf(claims, "email_verified")))
        throw new Refusal(403, words.unverified);
      const modelMask = group.model_mask;
      return outside.admit({
        ...id,
        username,
        role: group.role,
        ...(modelMask !== undefined && { modelMask }),
      });
    }
  },
} satisfies PagePlugin;
