import Type from "typebox";
import type { HttpContext } from "./context.ts";
import type { Server } from "./type-provider.ts";

const Status = Type.Object({
  status: Type.String(),
  worker: Type.Optional(Type.Integer({ description: "Which of several workers answers; from 1." })),
});
const Detail = Type.Object({ detail: Type.String() });

/** For whoever looks after the server: is it alive, can it work, what does it do. No secret and no name is in here. */
export function registerOperations(server: Server, { host, metrics, place }: HttpContext): void {
  const open = { access: "public" } as const;
  const health = (path: string, summary: string) =>
    server.get(
      path,
      {
        config: open,
        schema: { summary, tags: ["operations"], response: { 200: Status, 500: Detail, 503: Detail } },
      },
      async (_request, reply) => {
        try {
          await (await host.get("store")).ping();
          return { status: "ok", ...(place && { worker: place.number }) };
        } catch (error) {
          host.log.error({ err: error }, "the database does not answer");
          const code = path === "/health" ? 500 : 503;
          return reply.code(code).send({ detail: "Skeleton database not working" });
        }
      },
    );
  health("/health", "Whether the database answers");
  health("/readyz", "Whether requests can be served");
  server.get(
    "/healthz",
    {
      config: open,
      schema: { summary: "Whether the process lives", tags: ["operations"], response: { 200: Status } },
    },
    async () => ({ status: "ok" }),
  );
  server.get(
    "/metrics",
    { config: open, schema: { summary: "Prometheus metrics", tags: ["operations"] } },
    async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.text()),
  );
}
