import { join } from "node:path";
import type { CorePlugin } from "../../protocols/plugin.ts";
import { promptsFile } from "./prompts-file.ts";

/** System prompts from a YAML file, the same for every user; edits count without a restart. */
export const yamlPromptsPlugin: CorePlugin<"system_prompt"> = {
  role: "system_prompt",
  name: "yaml",
  create({ config, now, log }) {
    const name = "system_prompts.yaml";
    const own = config.system_prompts_file === undefined ? [] : [config.system_prompts_file];
    const prompts = promptsFile([...own, join(config.data_path, name), name], now, log);
    return {
      async getPrompt({ key }) {
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
