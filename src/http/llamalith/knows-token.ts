import type { FastifyRequest } from "fastify";
import { isSameSecret } from "../../lib/is-same-secret.ts";
import type { Session } from "../../protocols/auth.ts";
import type { Config } from "../../protocols/config.ts";
import { standingSession } from "../guard.ts";
import { readToken, saysWho } from "../read-token.ts";

/** Who calls by the one token of this surface. A token or a key of this server's own may come as well: the guard looks at it. */
export const knowsToken =
  ({ api_token: expected, user }: Config["llamalith"]) =>
  (request: FastifyRequest): Session | undefined => {
    if (expected === undefined || !saysWho(request)) return undefined;
    const { token, borne } = readToken(request);
    return borne === "header" && isSameSecret(token, expected) ? standingSession(user) : undefined;
  };
