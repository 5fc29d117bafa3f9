import type { FastifyServerOptions } from "fastify";
import type { Server } from "./type-provider.ts";

/**
 * Takes the path that the server stands under off what is asked for. Where a proxy has done so before, nothing is there to
 * take off; so either kind of proxy works, and whoever calls the server itself need not know of it.
 */
export const withoutBasePath =
  (basePath: string): NonNullable<FastifyServerOptions["rewriteUrl"]> =>
  ({ url = "/" }) => {
    if (!url.startsWith(basePath)) return url;
    const rest = url.slice(basePath.length);
    return rest.startsWith("/") ? rest : rest === "" || rest.startsWith("?") ? `/${rest}` : url;
  };

/** The page's links are relative, so its address needs the slash. */
export function addLastSlash(server: Server, basePath: string): void {
  if (basePath === "") return;
  server.addHook("onRequest", async (request, reply) => {
    const [path, query] = request.originalUrl.split("?", 2);
    if (path !== basePath) return;
    return reply.redirect(`${basePath}/${query === undefined ? "" : `?${query}`}`, 307);
  });
}
