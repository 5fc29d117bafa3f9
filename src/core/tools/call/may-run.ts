import { given } from "../../../lib/given.ts";
import type { Json } from "../../../protocols/json.ts";
import type { ToolCall } from "../../../protocols/model.ts";
import type { Tool, ToolContext } from "../../../protocols/tool.ts";

/** A call that may run, with its arguments as they are now; or why it may not, for the model. */
export type MayRun = { readonly args: Json } | { readonly refusal: string };

/**
 * Whether a call may run whose user has not been asked for it: that of a tool which calls another one, or of another
 * program. A tool that nobody has to be asked for may; for any other the user is asked where that is possible.
 * @param configured `tools.approve` of the configuration.
 */
export async function mayRun(
  tool: Tool,
  call: ToolCall,
  args: Json,
  { ask, allowed, signal }: ToolContext,
  configured: Readonly<Record<string, Tool["approve"]>>,
): Promise<MayRun> {
  const own = Object.hasOwn(configured, tool.name) ? configured[tool.name] : undefined;
  const approve = own ?? tool.approve ?? "never";
  if (allowed || approve === "never") return { args };
  if (ask === undefined)
    return {
      refusal: `The tool ${tool.name} runs only with its user's consent, and here nobody can be asked.`,
    };
  const asked = { call: { name: call.name, arguments: JSON.stringify(args) }, signal };
  const answer = await ask({
    ...asked,
    ...given({ once: approve === "once" ? (true as const) : undefined }),
  });
  if (!answer.approved) return { refusal: "The user did not allow this call." };
  return { args: answer.arguments ?? args };
}
