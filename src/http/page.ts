import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
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

/** The page at `/` and its files under `/static/`: our own build output and nothing else. */
export async function registerPage(server: Server): Promise<void> {
  const schema = { hide: true };
  const config = { access: "public" } as const;
  if (!existsSync(`${built}index.html`)) {
    server.get("/", { config, schema }, async (_request, reply) =>
      reply.code(503).send({ detail: "The page is not built. Run `npm run build:web`." }),
    );
    return;
  }
  await server.register(fastifyStatic, {
    root: `${built}static`,
    prefix: "/static/",
    dotfiles: "deny",
    index: false,
    schemaHide: true,
    preCompressed: true,
    // A build names its files after their content, but for the entry: that one is asked about each time.
    setHeaders: (reply, path) => {
      if (path.endsWith("/index.html")) reply.headers(uncached);
      else if (/\/app\.js(\.br|\.gz)?$/.test(path)) reply.header("cache-control", "no-cache");
      else reply.header("cache-control", "public, max-age=31536000, immutable");
      // The frames below have no origin, so even this server is another to them. Nothing in here is secret.
      reply.header("access-control-allow-origin", "*");
    },
  });
  server.get("/", { config, schema }, async (_request, reply) => reply.sendFile("index.html", built));
  for (const [name, policy] of frames) {
    server.get(`/frames/${name}`, { config, schema }, async (_request, reply) =>
      reply
        .header("content-security-policy", policy)
        .removeHeader("origin-agent-cluster") // it has no origin to ask that for
        .sendFile(`${name}-frame.html`, built),
    );
  }
}
