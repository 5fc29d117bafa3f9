import type { HttpContext } from "../context.ts";
import type { Server } from "../type-provider.ts";
import { conversations } from "./conversations.ts";
import { registerJobs } from "./jobs.ts";
import { knowsToken } from "./knows-token.ts";
import { registerLogin } from "./login.ts";
import { registerPages } from "./pages.ts";
import { registerReading } from "./read.ts";
import { tellFault } from "./tell-fault.ts";

/**
 * Llamalith's surface, for its clients: a conversation is a thread, and its jobs are jobs. Every call answers with and
 * without `/chat`.
 */
export async function registerLlamalithApi(server: Server, context: HttpContext): Promise<void> {
  const { host, jobs } = context;
  const chats = conversations(host, jobs);
  const knows = knowsToken(host.config.llamalith);
  for (const prefix of ["/chat/api", "/api"]) {
    await server.register(
      (surface: Server, _options, done) => {
        surface.setErrorHandler(tellFault);
        const scopes = ["jobs"] as const;
        const whose = { access: "user", open: true, knows, tokenHeader: "x-api-token" } as const;
        surface.defaultConfig = { ...whose, scopes, limit: "jobs" };
        if (prefix === "/api") hideRoutes(surface);
        registerJobs(surface, context, chats);
        registerReading(surface, context, chats);
        done();
      },
      { prefix },
    );
  }
  await server.register((pages: Server, _options, done) => {
    registerPages(pages, context, chats);
    registerLogin(pages, context);
    done();
  });
}

/** The reference tells of each call once. */
function hideRoutes(surface: Server): void {
  surface.addHook("onRoute", (route) => {
    route.schema = { ...route.schema, hide: true };
  });
}
