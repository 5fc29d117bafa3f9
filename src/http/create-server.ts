import cookie from "@fastify/cookie";
import cors from "@fastify/cors";
import formbody from "@fastify/formbody";
import helmet from "@fastify/helmet";
import multipart from "@fastify/multipart";
import Fastify, { type FastifyBaseLogger, LogController } from "fastify";
import { registerBodyTypes, registerJson } from "./body-parsers.ts";
import type { HttpContext } from "./context.ts";
import { codeHeader, sendError } from "./errors.ts";
import { registerGuard } from "./guard.ts";
import { answerUnknown } from "./not-found.ts";
import { registerOperations } from "./operations.ts";
import { registerPage } from "./page.ts";
import { registerRateLimits } from "./rate-limits.ts";
import { registerReference } from "./reference.ts";
import { registerSkeletonApi } from "./skeleton/api.ts";
import type { Server } from "./type-provider.ts";
import { faultsAnswer, RequestFaults, validatorCompiler } from "./validation.ts";

/** A client that sends its request drop by drop is cut after this. */
const requestTimeoutMs = 30_000;

/** The whole HTTP side: what every request goes through, then the surfaces. */
export async function createServer(context: HttpContext, log: FastifyBaseLogger): Promise<Server> {
  const { config } = context.host;
  const server: Server = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: requestTimeoutMs,
    bodyLimit: config.body_limit,
    trustProxy: config.trusted_proxies.length > 0 ? [...config.trusted_proxies] : false,
    genReqId: () => context.host.newId(),
    routerOptions: { maxParamLength: 200 },
    return503OnClosing: true,
    // What goes wrong before a route is found, for example a path that cannot be decoded.
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply),
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
  await server.register(multipart, { attachFieldsToBody: "keyValues", limits: { files: 0, parts: 50 } });
  await server.register(cors, {
    origin: [...config.cors_origins],
    credentials: false,
    exposedHeaders: [codeHeader, "x-request-id"],
  });
  registerGuard(server, context.host);
  registerRateLimits(server, config.rate_limits);
  registerBodyTypes(server);
  server.addHook("onSend", async (request, reply) => {
    reply.header("x-request-id", request.id);
  });
  server.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "unknown";
    context.metrics.request(route, request.method, reply.statusCode, reply.elapsedTime / 1000);
    const user = request.session?.user.username;
    const fields = { route, method: request.method, status: reply.statusCode, ms: reply.elapsedTime, user };
    request.log.debug(fields, "request");
  });
  await registerReference(server);
  registerSkeletonApi(server, context);
  registerOperations(server, context);
  await registerPage(server);
  answerUnknown(server);
  return server;
}
