import { literal } from "../../../lib/markdown-text.ts";
import { roleIdOf, roleKey } from "../../../lib/role-key.ts";
import type { ChatRole } from "../../../protocols/chat-roles.ts";
import type { Command, CommandContext } from "../../../protocols/command.ts";
import { choose, currentChoice, defaultPrompt } from "./chat.ts";
import { numbered, type PickKind, pick } from "./pick.ts";

const kind: PickKind = { one: "role", several: "roles", command: "/roles" };

/** The chat roles that a user may choose. */
async function rolesOf({ host, userId }: CommandContext): Promise<readonly ChatRole[]> {
  return (await (await host.get("system_prompt")).roles?.listRoles({ userId })) ?? [];
}

export const roles: Command = {
  name: "roles",
  help: "List the roles, and which one is active",
  async run(_, context) {
    const all = await rolesOf(context);
    if (all.length === 0) return "No roles available.";
    const { systemPrompt } = await currentChoice(context);
    const lines = all.map(({ id, name }) =>
      systemPrompt === roleKey(id) ? `${literal(name)} (active)` : literal(name),
    );
    return numbered("Available roles:", lines);
  },
};

export const role: Command = {
  name: "role",
  help: "Answer in a role",
  usage: "<role>",
  complete: async (_, context) =>
    (await rolesOf(context)).map(({ name, shared }) =>
      shared ? { value: name, note: "shared" } : { value: name },
    ),
  async run(argument, context) {
    const { id, name } = pick(argument, await rolesOf(context), (each) => each.name, kind);
    const effect = await choose(context, { systemPrompt: roleKey(id) });
    return { text: `Role set to: ${literal(name)}`, effect };
  },
};

export const clearRole: Command = {
  name: "clear_role",
  help: "Answer without a role again",
  async run(_, context) {
    const { systemPrompt } = await currentChoice(context);
    if (roleIdOf(systemPrompt) === undefined) return "No role is active.";
    const effect = await choose(context, { systemPrompt: defaultPrompt });
    return { text: "Active role cleared", effect };
  },
};
