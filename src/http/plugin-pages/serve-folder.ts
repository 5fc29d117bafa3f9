import fastifyStatic from "@fastify/static";
import type { FastifyPluginAsync } from "fastify";
import { findInside } from "../../lib/find-inside.ts";

/**
 * Serves the files of `folder`, links resolved. The package sends them, but which ones is decided here: it would follow
 * a link out.
 */
export const serveFolder: FastifyPluginAsync<{ readonly folder: string }> = async (scope, { folder }) => {
  await scope.register(fastifyStatic, {
    ...{ root: folder, serve: false, dotfiles: "deny", cacheControl: false },
    setHeaders: (reply) => reply.header("cache-control", "private, no-cache"),
  });
  scope.get<{ Params: { "*": string } }>("/*", async ({ params: { "*": path } }, reply) => {
    const file = await findInside(folder, path === "" || path.endsWith("/") ? `${path}index.html` : path);
    return file === undefined ? reply.callNotFound() : reply.sendFile(file);
  });
};
