import type { Server } from "./type-provider.ts";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;

/**
 * Unknown paths, and known ones that do not have the method: 404 and 405, as clients of the original expect.
 * @param detail what is said of an unknown path.
 */
export function answerUnknown(server: Server, detail = "Not Found"): void {
  server.setNotFoundHandler((request, reply) => {
    const [url = "/"] = request.url.split("?", 1);
    const allowed = methods.filter((method) => server.findRoute({ method, url }) !== null);
    // A route that is there and found nothing, such as that of the page's files, has the method.
    if (allowed.length === 0 || (allowed as readonly string[]).includes(request.method))
      return reply.code(404).send({ detail });
    return reply.code(405).header("allow", allowed.join(", ")).send({ detail: "Method Not Allowed" });
  });
}
