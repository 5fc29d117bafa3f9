import type { Session } from "../protocols/auth.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Turns } from "../turns/create-turns.ts";
import type { Metrics } from "./metrics.ts";

/** What routes work with. */
export type HttpContext = {
  readonly host: Host;
  readonly turns: Turns;
  readonly metrics: Metrics /** How often an event stream looks whether its session still holds. Default: 5 s. */;
  readonly streamCheckMs?: number;
};

/** Who may call a route. Every route says so; one that does not keeps the server from starting. */
export type Access = "public" | "user" | "admin";

/** Which of `rate_limits` counts a route's calls; by user, or by client address where there is none. */
export type LimitName = "login" | "message" | "threads" | "search" | "models";

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
    limit?: LimitName;
  }
  interface FastifyRequest {
    /** Set on every route whose access is not `public`. */
    session: Session | null;
    /** The token that came with the request, to check it again while a stream is open. */
    token: string | null;
  }
}
