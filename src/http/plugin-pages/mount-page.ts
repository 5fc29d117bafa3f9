import type { FastifyBaseLogger, FastifyInstance, FastifyPluginAsync } from "fastify";
import type { FoundPage } from "../../host/find-pages.ts";
import { within } from "../../lib/time-limit.ts";
import type { WorkerPlace } from "../../lib/worker-place.ts";
import type { Host } from "../../protocols/plugin.ts";
import { createBaseServer } from "../base-server.ts";
import { answerUnknown } from "../not-found.ts";
import type { Server } from "../type-provider.ts";
import { pageMissing } from "./page-missing.ts";
import { pagePolicy } from "./page-policy.ts";
import { serveFolder } from "./serve-folder.ts";

const readyLimitMs = 5_000;
const closeLimitMs = 2_000;

/**
 * Puts a page at its address, behind a guard like that of all routes. Each page is a server of its own that shares the
 * port: whatever fails in one while it is put together (a route twice, a schema that cannot be read, a hook) leaves
 * nothing behind. In one server, a part that failed keeps its first routes, without guard.
 * @throws what keeps the page from being there.
 */
export async function mountPage(
  server: Server,
  host: Host,
  log: FastifyBaseLogger,
  { page, folder }: FoundPage,
  place?: WorkerPlace,
): Promise<void> {
  const prefix = `/_plugin/${page.name}`;
  const publicHost =
    host.config.public_url === undefined ? undefined : URL.parse(host.config.public_url)?.host;
  const own = await createBaseServer(host, log, { place });
  own.defaultConfig = { access: page.access ?? "user", leadsToSignIn: true };
  own.addHook("onRequest", async (request, reply) => {
    reply.header(
      "content-security-policy",
      pagePolicy([request.host, publicHost], `${host.config.base_path}${prefix}/`),
    );
    reply.header("cache-control", "no-store");
  });
  answerUnknown(own, pageMissing);
  async function assemble(): Promise<"ready"> {
    const plain = own as unknown as FastifyInstance; // what its routes take and answer is the page's own business
    const routes: FastifyPluginAsync = async (scope) => page.routes?.(scope, host);
    await plain.register(routes, { prefix });
    if (folder !== undefined) await plain.register(serveFolder, { prefix, folder });
    await own.ready();
    return "ready";
  }
  const close = () => within(closeLimitMs, own.close(), undefined);
  try {
    if ((await within(readyLimitMs, assemble(), "late")) === "late")
      throw new Error(`it did not end within ${readyLimitMs} ms`);
  } catch (error) {
    host.background(`close the page ${page.name}`, close);
    throw error;
  }
  server.addHook("onClose", close);
  server.all(`${prefix}/*`, {
    config: { access: "public" }, // it has a guard of its own
    schema: { hide: true },
    onRequest: async (request, reply) => {
      reply.hijack();
      own.routing(request.raw, reply.raw);
    },
    handler: () => {},
  });
}
