import cookie from "@fastify/cookie";
import cors from "@fastify/cors";
import formbody from "@fastify/formbody";
import helmet from "@fastify/helmet";
import Fastify, {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyServerOptions,
  LogController,
} from "fastify";
import type { WorkerPlace } from "../lib/worker-place.ts";
import type { User } from "../protocols/auth.ts";
import type { Host } from "../protocols/plugin.ts";
import { beginSession } from "./begin-session.ts";
import { registerBodyTypes, registerJson } from "./body-parsers.ts";
import { countingRedis } from "./counting-redis.ts";
import { codeHeader, sendError } from "./errors.ts";
import { registerGuard } from "./guard.ts";
import { registerRateLimits } from "./rate-limits.ts";
import { corsMethods, isSessionsPath, sessionsCors } from "./sessions/origins.ts";
import { tellFault } from "./sessions/tell-fault.ts";
import type { Server } from "./type-provider.ts";
import { faultsAnswer, RequestFaults, validatorCompiler } from "./validation.ts";

/** A client that sends its request drop by drop is cut after this. */
const requestTimeoutMs = 30_000;

/** What every request goes through, whatever it asks for: headers, bodies, errors, the guard. No routes yet. */
export async function createBaseServer(
  host: Host,
  log: FastifyBaseLogger,
  {
    place,
    ...more
  }: Pick<FastifyServerOptions, "rewriteUrl"> & { readonly place?: WorkerPlace | undefined } = {},
): Promise<Server> {
  const { config } = host;
  const server: Server = Fastify({
    ...more,
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: requestTimeoutMs,
    bodyLimit: config.body_limit,
    trustProxy: config.trusted_proxies.length > 0 ? [...config.trusted_proxies] : false,
    genReqId: () => host.newId(),
    routerOptions: { maxParamLength: 200 },
    return503OnClosing: false, // who was taken in before it stopped listening is served; what begins a turn refuses by itself
    // What goes wrong before a route is found, for example a path that cannot be decoded.
    frameworkErrors: (error, request, reply) =>
      void (isSessionsPath(request.url) ? tellFault : sendError)(error, request, reply),
  });
  server.setValidatorCompiler(validatorCompiler);
  server.setErrorHandler((error: Error, request, reply) => {
    if (error instanceof RequestFaults)
      return reply.code(422).header(codeHeader, "bad_input").send(faultsAnswer(error));
    return sendError(error, request, reply);
  });
  registerJson(server);
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
      },
    },
    // Told to browsers only where this server is known to be behind HTTPS.
    strictTransportSecurity: config.public_url?.startsWith("https:") ?? false,
  });
  await server.register(cookie);
  await server.register(formbody, { bodyLimit: config.body_limit });
  await server.register(cors, {
    delegator: (request, done) =>
      done(
        null,
        isSessionsPath(request.url)
          ? sessionsCors(config.sessions_api, request.headers.origin)
          : {
              origin: [...config.cors_origins],
              methods: corsMethods,
              credentials: false,
              exposedHeaders: [codeHeader, "x-request-id", "mcp-session-id"],
            },
      ),
  });
  registerGuard(server, host);
  server.decorateReply("signIn", function (this: FastifyReply, user: User) {
    return beginSession(host, user, this);
  });
  const redis = await countingRedis(host);
  registerRateLimits(server, config.rate_limits, redis ? { redis } : place);
  await registerBodyTypes(server, config.body_limit);
  server.addHook("onSend", async (request, reply) => {
    reply.header("x-request-id", request.id);
  });
  return server;
}
