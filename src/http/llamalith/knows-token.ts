import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Session } from "../../protocols/auth.ts";
import type { Config } from "../../protocols/config.ts";
import { standingSession } from "../guard.ts";

/**
 * Who calls, by the one token of this surface: as a bearer, else as `X-API-Token`. A token of this server's own may come in
 * either header, too; the guard looks at it.
 */
export function knowsToken({ api_token: expected, user }: Config["llamalith"]) {
  return (request: FastifyRequest): Session | undefined => {
    const { headers } = request;
    const bearer = /^bearer +(.*)$/i.exec(headers.authorization ?? "")?.[1]?.trim();
    const other = headers["x-api-token"];
    const token = bearer || (typeof other === "string" ? other.trim() : "");
    if (token === "") return undefined;
    if (expected !== undefined && isSame(token, expected)) return standingSession(user);
    headers.authorization = `Bearer ${token}`;
    return undefined;
  };
}

const digest = (text: string) => createHash("sha256").update(text).digest();

/** In the same time, whatever of it is the same. */
const isSame = (one: string, other: string) => timingSafeEqual(digest(one), digest(other));
