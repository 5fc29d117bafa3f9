import { existsSync } from "node:fs";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import { findDropIn } from "./drop-in.ts";
import type { Server } from "./type-provider.ts";

/** Where the built page lies, seen from the source and from the compiled package alike. */
const built = fileURLToPath(new URL("../../web/dist/", import.meta.url));

const uncached = { "cache-control": "no-cache, no-store, must-revalidate", pragma: "no-cache", expires: "0" };

/**
 * Frames do what the page's own policy forbids, without an origin and so without anything of the page: one draws
 * diagrams, which takes style elements; one shows a picture from elsewhere. See docs/decisions/008.
 */
const frames = new Map([
  ["diagram", framePolicy("style-src 'unsafe-inline'")],
  ["picture", framePolicy("img-src https:")],
]);

function framePolicy(allowed: string): string {
  return `default-src 'none'; script-src 'self'; ${allowed}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts`;
}

/**
 * The page at `/` and its files under `/static/`: our own build output. What lies in the `html` folder of the plugins
 * folder, laid out alike, goes before it: `index.html` in place of the page, `static/` before the page's own files.
 */
export async function registerPage(server: Server, pluginsPath: string): Promise<void> {
  const open = { config: { access: "public" }, schema: { hide: true } } as const;
  const dropIn = await findDropIn(pluginsPath);
  const isBuilt = existsSync(`${built}index.html`);
  const root = isBuilt ? built : dropIn?.root;
  if (root === undefined) {
    server.get("/", open, async (_request, reply) =>
      reply.code(503).send({ detail: "The page is not built. Run `npm run build:web`." }),
    );
    return;
  }
  await server.register(fastifyStatic, {
    ...{ root, serve: false, dotfiles: "deny", index: false, preCompressed: true },
    // A build names its files after their content, but for the entry: that one is asked about each time.
    setHeaders: (reply, path) => {
      if (path.endsWith("/index.html")) reply.headers(uncached);
      else if (dropIn !== undefined && path.startsWith(`${dropIn.root}${sep}`))
        reply.header("cache-control", "no-cache");
      else if (/\/app\.js(\.br|\.gz)?$/.test(path)) reply.header("cache-control", "no-cache");
      else reply.header("cache-control", "public, max-age=31536000, immutable");
      // The frames below have no origin, so even this server is another to them. Nothing in here is secret.
      reply.header("access-control-allow-origin", "*");
    },
  });
  server.get("/", open, async (request, reply) => {
    if (await dropIn?.send("index.html", request, reply)) return reply;
    return isBuilt ? reply.sendFile("index.html", built) : reply.callNotFound();
  });
  server.get<{ Params: { "*": string } }>("/static/*", open, async (request, reply) => {
    const path = request.params["*"];
    if (await dropIn?.send(`static/${path}`, request, reply)) return reply;
    return isBuilt ? reply.sendFile(path, `${built}static`) : reply.callNotFound();
  });
  if (!isBuilt) return;
  for (const [name, policy] of frames) {
    server.get(`/frames/${name}`, open, async (_request, reply) =>
      reply
        .header("content-security-policy", policy)
        .removeHeader("origin-agent-cluster") // it has no origin to ask that for
        .sendFile(`frames/${name}.html`, built),
    );
  }
}
