import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { SkeletonError } from "../../lib/errors.ts";
import { given } from "../../lib/given.ts";
import { roleKey } from "../../lib/role-key.ts";
import { wireTime } from "../../lib/thread-rows.ts";
import type { ChatRole } from "../../protocols/chat-roles.ts";
import type { HttpContext } from "../context.ts";
import { sessionOf, userIdOf } from "../guard.ts";
import type { Server } from "../type-provider.ts";
import { chatRolesOf } from "./chat-roles.ts";
import { RoleId, RoleRow, RoleVersionRow } from "./role-schemas.ts";
import { closed, Done, failures } from "./schemas.ts";

const reading = { config: { access: "user", scopes: ["chat", "jobs", "read"], limit: "threads" } } as const;
const writing = { config: { access: "user", scopes: ["chat"], limit: "threads" } } as const;
const tags = ["roles"];

const texts = {
  name: Type.String({ maxLength: 400, description: "1 to 100 characters; unique among your own." }),
  instructions: Type.String({ maxLength: 20_000, description: "1 to 5,000 characters." }),
  shared: Type.Optional(Type.Boolean({ description: "For everybody; only admins may." })),
};

const newId = Type.Optional(
  Type.String({
    pattern: "^[A-Za-z0-9_-]{8,100}$",
    description:
      "Yours to choose, so that repeating the call makes no second one; also of one that was deleted.",
  }),
);

/** Chat roles: instructions that users keep, chosen by `key` where a system prompt is. */
export function registerRoles(server: Server, { host }: HttpContext): void {
  server.get(
    "/api/v1/roles",
    {
      ...reading,
      schema: {
        summary: "Your chat roles and the shared ones, by name",
        tags,
        response: { 200: Type.Array(RoleRow), ...failures },
      },
    },
    async (request) => {
      const { roles } = await host.get("system_prompt");
      return ((await roles?.listRoles({ userId: userIdOf(request) })) ?? []).map(roleRow);
    },
  );

  server.post(
    "/api/v1/roles",
    {
      ...writing,
      schema: {
        summary: "Keep a chat role",
        tags,
        body: Type.Object({ id: newId, ...texts }, closed),
        response: { 201: RoleRow, ...failures },
      },
    },
    async (request, reply) => {
      const { name, instructions, shared = false, id } = request.body;
      if (shared) demandAdmin(request);
      const roles = await chatRolesOf(host);
      return reply.code(201).send(
        roleRow(
          await roles.createRole({
            userId: userIdOf(request),
            name,
            instructions,
            shared,
            ...given({ id }),
          }),
        ),
      );
    },
  );

  server.post(
    "/api/v1/roles/:role_id",
    {
      ...writing,
      schema: {
        summary: "Change a chat role; what is left out stays",
        tags,
        params: RoleId,
        body: Type.Partial(Type.Object(texts), closed),
        response: { 200: RoleRow, ...failures },
      },
    },
    async (request) => {
      if (request.body.shared !== undefined) demandAdmin(request);
      const roles = await chatRolesOf(host);
      return roleRow(await roles.updateRole(at(request, request.params.role_id), given(request.body)));
    },
  );

  server.get(
    "/api/v1/roles/:role_id/versions",
    {
      ...reading,
      schema: {
        summary: "All that a chat role has said, newest first",
        tags,
        params: RoleId,
        response: { 200: Type.Array(RoleVersionRow), ...failures },
      },
    },
    async (request) => {
      const roles = await chatRolesOf(host);
      const versions = await roles.listVersions({ userId: userIdOf(request), id: request.params.role_id });
      return versions.map(({ replaced, ...said }) => ({
        ...said,
        replaced: replaced ? wireTime(replaced) : null,
      }));
    },
  );

  server.delete(
    "/api/v1/roles/:role_id",
    {
      ...writing,
      schema: { summary: "Delete a chat role", tags, params: RoleId, response: { 200: Done, ...failures } },
    },
    async (request) => {
      await (await chatRolesOf(host)).deleteRole(at(request, request.params.role_id));
      return { message: "Role deleted successfully" };
    },
  );
}

const at = (request: FastifyRequest, id: string) => ({
  userId: userIdOf(request),
  id,
  byAdmin: isAdmin(request),
});

const isAdmin = (request: FastifyRequest): boolean => sessionOf(request).user.role === "admin";

function demandAdmin(request: FastifyRequest): void {
  if (isAdmin(request)) return;
  throw new SkeletonError("forbidden", "Only admins share roles.", {
    hint: "Leave `shared` out to keep it for yourself.",
  });
}

const roleRow = ({ created, updated, ...role }: ChatRole) => ({
  ...role,
  key: roleKey(role.id),
  created: wireTime(created),
  updated: wireTime(updated),
});
