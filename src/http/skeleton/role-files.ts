import Type from "typebox";
import { importRoles } from "../../lib/import-roles.ts";
import { type RoleFormat, writeRoleFile } from "../../lib/role-file.ts";
import { file } from "../answers.ts";
import type { HttpContext } from "../context.ts";
import { userIdOf } from "../guard.ts";
import type { Server } from "../type-provider.ts";
import { chatRolesOf } from "./chat-roles.ts";
import { ImportedRoleRow } from "./role-schemas.ts";
import { closed, failures } from "./schemas.ts";

const reading = { config: { access: "user", scopes: ["read"] } } as const;
const writing = { config: { access: "user", scopes: ["chat"] } } as const;
const tags = ["roles"];

const mediaTypes: Record<RoleFormat, string> = { yaml: "application/yaml", json: "application/json" };

/** Chat roles as files: to keep them, to share them, and to bring them from elsewhere. */
export function registerRoleFiles(server: Server, { host }: HttpContext): void {
  server.get(
    "/api/v1/roles/export",
    {
      ...reading,
      schema: {
        summary: "Your own chat roles as a file, `[{name, instructions}]`",
        tags,
        querystring: Type.Object(
          { format: Type.Optional(Type.Union([Type.Literal("yaml"), Type.Literal("json")])) },
          closed,
        ),
        response: { 200: file(...Object.values(mediaTypes)), ...failures },
      },
    },
    async (request, reply) => {
      const { format = "yaml" } = request.query;
      const roles = await (await chatRolesOf(host)).listRoles({ userId: userIdOf(request) });
      const written = writeRoleFile(
        roles.filter(({ shared }) => !shared),
        format,
      );
      reply.header("content-disposition", `attachment; filename="roles.${format}"`);
      return reply.type(`${mediaTypes[format]}; charset=utf-8`).send(written);
    },
  );

  server.post(
    "/api/v1/roles/import",
    {
      ...writing,
      schema: {
        summary: "Take a file of chat roles among your own",
        description:
          "By name: new ones are made, those that are there get the file's text, and no other is touched. " +
          "A file of system prompts (`key: {content, description}`) is understood, too.",
        tags,
        body: Type.Object(
          {
            content: Type.String({ description: "The file: YAML or JSON." }),
            dry_run: Type.Optional(Type.Boolean({ description: "Only say what would happen." })),
          },
          closed,
        ),
        response: {
          200: Type.Array(ImportedRoleRow, { description: "A line for each entry." }),
          ...failures,
        },
      },
    },
    async (request) => {
      const { content, dry_run: dryRun = false } = request.body;
      return [
        ...(await importRoles(await chatRolesOf(host), { userId: userIdOf(request), content, dryRun })),
      ];
    },
  );
}
