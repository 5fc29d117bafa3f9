import type { AccountEvent } from "../protocols/account-event.ts";
import type { ChatRoles } from "../protocols/chat-roles.ts";
import type { Host } from "../protocols/plugin.ts";
import type { SystemPrompts } from "../protocols/system-prompts.ts";
import { announce } from "./account-log.ts";

/** Prompts whose chat roles tell the account of their changes, whoever makes them. */
export function announcingRoles(prompts: SystemPrompts, host: Host): SystemPrompts {
  const { roles } = prompts;
  if (roles === undefined) return prompts;

  /** To who made the change: others see what is shared when they look the next time. */
  async function tell(userId: string, roleId: string): Promise<void> {
    const now = host.now();
    const event: AccountEvent = {
      event: "roles_changed",
      data: { role_id: roleId, timestamp: now.toISOString() },
    };
    announce(await host.get("bus"), userId, now, event);
  }

  const telling: ChatRoles = {
    // By name rather than by spreading: a plugin may be an object of a class.
    listRoles: (request) => roles.listRoles(request),
    getRole: (at) => roles.getRole(at),
    listVersions: (at) => roles.listVersions(at),
    async createRole(role) {
      const made = await roles.createRole(role);
      await tell(role.userId, made.id);
      return made;
    },
    async updateRole(at, changes) {
      const changed = await roles.updateRole(at, changes);
      await tell(at.userId, at.id);
      return changed;
    },
    async deleteRole(at) {
      await roles.deleteRole(at);
      await tell(at.userId, at.id);
    },
  };
  return {
    roles: telling,
    getPrompt: (request) => prompts.getPrompt(request),
    listPrompts: (request) => prompts.listPrompts(request),
    getAllPrompts: (request) => prompts.getAllPrompts(request),
  };
}
