import { SkeletonError } from "../../lib/errors.ts";
import type { ChatRoles } from "../../protocols/chat-roles.ts";
import type { Host } from "../../protocols/plugin.ts";

/** @throws `forbidden` where the plugin of system prompts keeps no roles. */
export async function chatRolesOf(host: Pick<Host, "get">): Promise<ChatRoles> {
  const { roles } = await host.get("system_prompt");
  if (roles) return roles;
  throw new SkeletonError("forbidden", "This server keeps no roles.", {
    hint: "Its system prompts come from a plugin without them; choose one of those.",
  });
}
