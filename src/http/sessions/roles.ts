import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { codeOf, SkeletonError } from "../../lib/errors.ts";
import { given } from "../../lib/given.ts";
import type { ChatRole, ChatRoles } from "../../protocols/chat-roles.ts";
import { nothing } from "../answers.ts";
import type { HttpContext } from "../context.ts";
import { sessionOf, userIdOf } from "../guard.ts";
import type { Server } from "../type-provider.ts";
import { faults, RoleRow, SessionId } from "./schemas.ts";

const tags = ["sessions"];
const reading = (fault: string) =>
  ({ access: "user", scopes: ["chat", "jobs", "read"], limit: "threads", fault }) as const;
const writing = (fault: string) => ({ access: "user", scopes: ["chat"], limit: "threads", fault }) as const;

const Name = Type.String({ minLength: 1, maxLength: 100 });
const Instructions = Type.String({ minLength: 1, maxLength: 5000 });

/** Chat roles as this surface writes them. */
export function registerRoles(surface: Server, { host }: HttpContext): void {
  surface.get(
    "/api/roles",
    {
      config: reading("Failed to list roles"),
      schema: { summary: "Roles by name", tags, response: { 200: Type.Array(RoleRow), ...faults } },
    },
    async (request) => {
      const { roles } = await host.get("system_prompt");
      return ((await roles?.listRoles({ userId: userIdOf(request) })) ?? []).map(roleRow);
    },
  );

  surface.post(
    "/api/roles",
    {
      config: writing("Failed to create role"),
      schema: {
        summary: "Keep a role",
        tags,
        body: Type.Object({ name: Name, instructions: Instructions }),
        response: { 201: RoleRow, ...faults },
      },
    },
    async (request, reply) => {
      const { name, instructions } = request.body;
      if (isBlank(name) || isBlank(instructions)) throw told("bad_input", "Missing name or instructions");
      const userId = userIdOf(request);
      const made = await inOwnWords((roles) => roles.createRole({ userId, name, instructions }));
      return reply.code(201).send(roleRow(made));
    },
  );

  surface.put(
    "/api/roles/:id",
    {
      config: writing("Failed to update role"),
      schema: {
        summary: "Change a role; what is left out stays",
        tags,
        params: SessionId,
        body: Type.Object({ name: Type.Optional(Name), instructions: Type.Optional(Instructions) }),
        response: { 200: RoleRow, ...faults },
      },
    },
    async (request) => {
      const { name, instructions } = request.body;
      const changes = given({ name, instructions });
      if (Object.keys(changes).length === 0) throw told("bad_input", "Nothing to update");
      if (Object.values(changes).some(isBlank)) throw told("bad_input", "Missing name or instructions");
      const at = placeOf(request, request.params.id);
      return roleRow(await inOwnWords((roles) => roles.updateRole(at, changes)));
    },
  );

  surface.delete(
    "/api/roles/:id",
    {
      config: writing("Failed to delete role"),
      schema: { summary: "Delete a role", tags, params: SessionId, response: { 204: nothing, ...faults } },
    },
    async (request, reply) => {
      const at = placeOf(request, request.params.id);
      await inOwnWords((roles) => roles.deleteRole(at));
      return reply.code(204).send();
    },
  );

  /** What it throws, in the sentences that clients know. */
  async function inOwnWords<T>(change: (roles: ChatRoles) => Promise<T>): Promise<T> {
    const { roles } = await host.get("system_prompt");
    if (!roles) throw told("forbidden", "This server keeps no roles");
    try {
      return await change(roles);
    } catch (error) {
      const code = codeOf(error);
      if (code === "stale") throw told("stale", "Role was changed at this moment");
      if (code === "conflict") throw told("conflict", "Role name already exists");
      if (code === "record_not_found") throw told("record_not_found", "Role not found");
      throw error;
    }
  }
}

const placeOf = (request: FastifyRequest, id: string) => {
  const { user } = sessionOf(request);
  return { userId: user.username, id, byAdmin: user.role === "admin" };
};

const isBlank = (text: string): boolean => text.trim() === "";

/** Clients look for these sentences word for word: a hint would change them. */
const told = (code: "bad_input" | "conflict" | "stale" | "record_not_found" | "forbidden", message: string) =>
  new SkeletonError(code, message, { hint: "" });

const roleRow = ({ id, name, instructions, created, updated }: ChatRole) => ({
  ...{ id, name, instructions },
  created_at: created,
  updated_at: updated,
});
