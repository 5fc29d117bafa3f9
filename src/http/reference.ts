import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { Server } from "./type-provider.ts";

/** The API's own description at `/openapi.json`, and a page to read and try it at `/docs`. */
export async function registerReference(server: Server, basePath: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Skeleton API",
        version: "1.0.0",
        description: "Sign in at POST /login and send the token as `Authorization: Bearer ...`.",
      },
      servers: [{ url: basePath || "/" }],
      components: { securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } } },
    },
    transform: ({ schema, url, route }) => ({
      schema: { ...schema, ...(route.config?.access === "public" ? {} : { security: [{ bearer: [] }] }) },
      url,
    }),
  });
  await server.register(swaggerUi, { routePrefix: "/docs", indexPrefix: basePath, staticCSP: true });
  server.get(
    "/openapi.json",
    { config: { access: "public" }, schema: { hide: true } },
    async () => server.swagger() as object,
  );
}
