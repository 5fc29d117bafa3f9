import type { FastifyBaseLogger } from "fastify";
import { addLastSlash, withoutBasePath } from "./base-path.ts";
import { createBaseServer } from "./base-server.ts";
import type { HttpContext } from "./context.ts";
import { registerHooks } from "./hooks/register-hooks.ts";
import { registerLlamalithApi } from "./llamalith/api.ts";
import { registerMcp } from "./mcp/register-mcp.ts";
import { answerUnknown } from "./not-found.ts";
import { registerOperations } from "./operations.ts";
import { registerPage } from "./page.ts";
import { registerPluginPages, signInPage } from "./plugin-pages/register-pages.ts";
import { registerReference } from "./reference.ts";
import { serializerCompiler } from "./serialization.ts";
import { registerSessionsApi } from "./sessions/api.ts";
import { registerSkeletonApi } from "./skeleton/api.ts";
import { registerSlack } from "./slack/register-slack.ts";
import type { Server } from "./type-provider.ts";

/** The whole HTTP side: what every request goes through, then the surfaces. */
export async function createServer(context: HttpContext, log: FastifyBaseLogger): Promise<Server> {
  const { host, place } = context;
  const { base_path: basePath } = host.config;
  const rewriting = basePath === "" ? {} : { rewriteUrl: withoutBasePath(basePath) };
  const server = await createBaseServer(host, log, { ...rewriting, place });
  addLastSlash(server, basePath);
  server.setSerializerCompiler(serializerCompiler); // a page of a plugin has its schemas compiled at once, so that a bad one is told
  server.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "unknown";
    context.metrics.request(route, request.method, reply.statusCode, reply.elapsedTime / 1000);
    const user = request.session?.user.username;
    const fields = { route, method: request.method, status: reply.statusCode, ms: reply.elapsedTime, user };
    request.log.debug(fields, "request");
  });
  await registerReference(server, basePath);
  const { pages } = await registerPluginPages(server, host, log, place);
  registerSkeletonApi(server, context, pages.flatMap(signInPage));
  await registerSessionsApi(server, context);
  await registerLlamalithApi(server, context);
  await registerSlack(server, context);
  await registerHooks(server, context);
  await registerMcp(server, context);
  registerOperations(server, context);
  await registerPage(server, host.config.plugins_path);
  answerUnknown(server);
  return server;
}
