import { literal } from "../../../lib/markdown-text.ts";
import { roleIdOf } from "../../../lib/role-key.ts";
import type { Command, CommandContext } from "../../../protocols/command.ts";
import { choose } from "./chat.ts";
import { type PickKind, pick } from "./pick.ts";

const kind: PickKind = { one: "prompt", several: "prompts", command: "/prompt" };

/** Key and description of the prompts; chat roles, which are among them, have a command of their own. */
async function promptsOf({ host, userId }: CommandContext): Promise<readonly (readonly [string, string])[]> {
  const all = await (await host.get("system_prompt")).listPrompts({ userId });
  return Object.entries(all).filter(([key]) => roleIdOf(key) === undefined);
}

export const prompt: Command = {
  name: "prompt",
  help: "Choose another system prompt",
  usage: "<key>",
  complete: async (_, context) =>
    (await promptsOf(context)).map(([value, note]) => (note === "" ? { value } : { value, note })),
  async run(argument, context) {
    const [key] = pick(argument, await promptsOf(context), ([each]) => each, kind);
    const effect = await choose(context, { systemPrompt: key });
    return { text: `Prompt set to: ${literal(key)}`, effect };
  },
};
