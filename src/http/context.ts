import type { FastifyRequest } from "fastify";
import type { Jobs } from "../jobs/job.ts";
import type { WorkerPlace } from "../lib/worker-place.ts";
import type { Session } from "../protocols/auth.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Turns } from "../turns/create-turns.ts";
import type { Webhooks } from "../webhooks/create-webhooks.ts";
import type { Metrics } from "./metrics.ts";
import type { BorneToken } from "./read-token.ts";

/** What routes work with. */
export type HttpContext = {
  readonly host: Host;
  readonly turns: Turns;
  readonly jobs: Jobs;
  readonly webhooks: Webhooks;
  readonly metrics: Metrics;
  /** Where this is one of several servers of this machine. */
  readonly place?: WorkerPlace;
  /** Whether everything that was begun here to run jobs still does; also where nothing was. */
  readonly jobsAreRun: () => boolean;
  /** How often an event stream looks whether its session still holds. Default: 2.5 s. */
  readonly streamCheckMs?: number;
};

/** Which of `rate_limits` counts a route's calls; by user, or by client address where there is none. */
export type LimitName = "login" | "message" | "threads" | "search" | "models" | "jobs";

declare module "fastify" {
  interface FastifyContextConfig {
    limit?: LimitName;
    /** Without a token it is answered on behalf of `open_api.user`, where that is switched on. */
    open?: true;
    /** Another way to tell who calls, which is tried first. */
    knows?: (request: FastifyRequest) => Session | undefined;
    /** A browser that is not signed in is sent to the sign-in, and back, instead of being answered 401. */
    leadsToSignIn?: boolean;
    /** Another header that may bring the token, where there is no `Authorization: Bearer`. In small letters. */
    tokenHeader?: string;
  }
  interface FastifyInstance {
    /** For the routes of this part of the server that do not say otherwise. */
    defaultConfig: FastifyContextConfig;
    /** Counts a call that its route does not count by itself. @throws `rate_limited`. */
    countCall(this: void, limit: LimitName, request: FastifyRequest): Promise<void>;
  }
  interface FastifyRequest {
    /** The token or API key that came with the request, to check it again while a stream is open. */
    token: BorneToken | null;
  }
}
