import type { FastifyReply } from "fastify";
import type { User } from "../protocols/auth.ts";
import type { Host } from "../protocols/plugin.ts";
import { sessionCookie } from "./read-token.ts";

/** Makes a token for somebody who has said who they are, and gives their browser the cookie with it. @returns the token. */
export async function beginSession(host: Host, user: User, reply: FastifyReply): Promise<string> {
  const { config } = host;
  const token = await (await host.get("auth")).createToken(user);
  reply.setCookie(sessionCookie, token, {
    path: config.base_path || "/",
    httpOnly: true,
    sameSite: "strict",
    secure: config.public_url?.startsWith("https:") ?? false,
    maxAge: Math.round(config.auth.token_hours * 3600),
  });
  return token;
}
