import Type from "typebox";
import type { HttpContext } from "./context.ts";
import type { Server } from "./type-provider.ts";

const Status = Type.Object({
  status: Type.String(),
  worker: Type.Optional(Type.Integer({ description: "Which of several workers answers; from 1." })),
});
const Detail = Type.Object({ detail: Type.String() });

/** What operations need to know. */
export type OperationsContext = Pick<HttpContext, "host" | "metrics" | "jobsAreRun" | "place">;

/** For whoever looks after the server: is it alive, can it work, what does it do. No secret and no name is in here. */
export function registerOperations(
  server: Server,
  { host, metrics, jobsAreRun, place }: OperationsContext,
): void {
  const open = { access: "public" } as const;
  const health = (path: string, summary: string, fault: 500 | 503, workers: () => boolean = () => true) =>
    server.get(
      path,
      {
        config: open,
        schema: { summary, tags: ["operations"], response: { 200: Status, 500: Detail, 503: Detail } },
      },
      async (_request, reply) => {
        try {
          await (await host.get("store")).ping();
        } catch (error) {
          host.log.error({ err: error }, "the database does not answer");
          return reply.code(fault).send({ detail: "Skeleton database not working" });
        }
        if (workers()) return { status: "ok", ...(place && { worker: place.number }) };
        return reply.code(fault).send({ detail: "Skeleton jobs are not run any more" });
      },
    );
  health("/health", "Whether the database answers", 500);
  health("/readyz", "Whether requests can be served", 503);
  health(
    "/healthz",
    "Whether the database answers and the workers of this process run jobs",
    503,
    jobsAreRun,
  );
  server.get(
    "/livez",
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
