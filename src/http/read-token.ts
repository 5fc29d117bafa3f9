import type { FastifyRequest } from "fastify";
import { SkeletonError } from "../lib/errors.ts";
import type { Auth, Session } from "../protocols/auth.ts";

export const sessionCookie = "skeleton_session";

export type BorneToken = { readonly token: string; readonly borne: "header" | "cookie" };

/**
 * What the request says of who sends it: `Authorization: Bearer`, else the header that its route names, else the cookie.
 * @throws `not_authenticated` when it says nothing; `invalid_token` for another kind of `Authorization` alone.
 */
export function readToken(request: FastifyRequest): BorneToken {
  const { authorization } = request.headers;
  const [scheme = "", bearer = ""] = authorization?.trim().split(/ +/, 2) ?? [];
  if (scheme.toLowerCase() === "bearer" && bearer !== "") return { token: bearer, borne: "header" };
  const other = otherHeader(request);
  if (other !== undefined) return { token: other, borne: "header" };
  if (authorization !== undefined) throw invalidToken();
  const token = request.cookies[sessionCookie];
  if (token) return { token, borne: "cookie" };
  throw new SkeletonError("not_authenticated", "Not authenticated", {
    hint: "Sign in at POST /login first.",
  });
}

export const saysWho = (request: FastifyRequest): boolean =>
  request.headers.authorization !== undefined ||
  otherHeader(request) !== undefined ||
  Boolean(request.cookies[sessionCookie]);

function otherHeader({ headers, routeOptions }: FastifyRequest): string | undefined {
  const { tokenHeader } = routeOptions.config;
  const value = tokenHeader === undefined ? undefined : headers[tokenHeader];
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/**
 * Whose token, or API key, this is; `undefined` when it does not hold, or no more. A key comes in a header: browsers, which
 * bring cookies along unasked, have no business with it.
 */
export async function sessionOfToken(auth: Auth, { token, borne }: BorneToken): Promise<Session | undefined> {
  const byKey = borne === "header" ? await auth.keys?.verifyKey(token) : undefined;
  return byKey ?? auth.verifyToken(token);
}

export const invalidToken = () =>
  new SkeletonError("invalid_token", "Invalid authentication credentials", { hint: "Sign in again." });
