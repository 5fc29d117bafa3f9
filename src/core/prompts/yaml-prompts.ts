import { join } from "node:path";
import { roleIdOf } from "../../lib/role-key.ts";
import type { CorePlugin } from "../../protocols/plugin.ts";
import { chatRoles } from "./chat-roles.ts";
import { promptsFile } from "./prompts-file.ts";

/** System prompts from a YAML file, the same for every user, and the chat roles of each; edits count without a restart. */
export const yamlPromptsPlugin: CorePlugin<"system_prompt"> = {
  role: "system_prompt",
  name: "yaml",
  create(host) {
    const { config, now, log } = host;
    const name = "system_prompts.yaml";
    const own = config.system_prompts_file === undefined ? [] : [config.system_prompts_file];
    const prompts = promptsFile([...own, join(config.data_path, name), name], now, log);
    const roles = chatRoles(host);
    return {
      roles,
      async getPrompt({ userId, key }) {
        const id = roleIdOf(key);
        const role = id === undefined ? undefined : await roles.getRole({ userId, id });
        if (role) return role.instructions;
        return (await prompts()).get(key)?.content;
      },
      async listPrompts() {
        const all = [...(await prompts())];
        return Object.fromEntries(all.map(([key, { description }]) => [key, description]));
      },
      async getAllPrompts() {
        const all = [...(await prompts())];
        return Object.fromEntries(all.map(([key, prompt]) => [key, { ...prompt }]));
      },
    };
  },
};
