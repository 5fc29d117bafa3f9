import type { FastifyBaseLogger } from "fastify";
import { createBaseServer } from "./base-server.ts";
import { type OperationsContext, registerOperations } from "./operations.ts";
import type { Server } from "./type-provider.ts";

/** What operators ask, of a process that serves nothing else: a worker. */
export async function createHealthServer(
  context: OperationsContext,
  log: FastifyBaseLogger,
): Promise<Server> {
  const server = await createBaseServer(context.host, log);
  registerOperations(server, context);
  return server;
}
