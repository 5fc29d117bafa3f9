import type { ToolCall } from "../../../protocols/model.ts";
import type { Host } from "../../../protocols/plugin.ts";
import type { Tool, ToolContext } from "../../../protocols/tool.ts";
import type { ToolOutcome } from "../../../protocols/tools.ts";
import { checkArguments } from "./check-arguments.ts";
import { coerce } from "./coerce.ts";
import { errorText } from "./error-text.ts";
import { mayRun } from "./may-run.ts";
import { readArguments } from "./read-arguments.ts";
import { quotingText, resultText } from "./result-text.ts";
import { runTool } from "./run-tool.ts";

/** A line is for a reader who watches; with the number of lines it bounds what a tool can fill a history with. */
const lineChars = 4000;

/** What fits a schema of an object. */
type Args = Parameters<Tool["execute"]>[0];

/** One call the whole way, as `Tools.call` promises. Its texts are those of the original where it had any. */
export async function* callTool(
  { config, log }: Host,
  list: () => Promise<readonly Tool[]>,
  call: ToolCall,
  context: ToolContext,
): AsyncGenerator<string, ToolOutcome> {
  const { max_result_chars: maxChars, timeout_ms: timeoutMs } = config.tools;
  const failed = (content: string): ToolOutcome => ({
    content: quotingText(content, maxChars),
    failed: true,
  });
  context.signal.throwIfAborted();
  try {
    const tools = await list();
    const tool = tools.find(({ name }) => name === call.name);
    if (tool === undefined) return failed(notFound(call.name, tools));
    let args = coerce(tool.parameters, readArguments(call.arguments));
    const invalid = () => {
      const faults = checkArguments(tool.parameters, args);
      return faults && failed(`Error: Invalid arguments for ${call.name}: ${faults}`);
    };
    const unfit = invalid();
    if (unfit) return unfit;
    const word = await mayRun(tool, call, args, context, config.tools.approve);
    if ("refusal" in word) return failed(word.refusal);
    args = coerce(tool.parameters, word.args); // the user may have changed them
    const changed = invalid();
    if (changed) return changed;
    const limitMs = tool.timeoutMs ?? timeoutMs;
    const run = runTool(tool, args as Args, context, {
      limitMs,
      line: (value) => resultText(value, Math.min(maxChars, lineChars)),
    });
    return { content: resultText(yield* run, maxChars) };
  } catch (error) {
    context.signal.throwIfAborted();
    const { userId, threadId, turnId } = context;
    log.debug({ userId, threadId, turnId, tool: call.name, error }, "tools: a call failed");
    return failed(`Error executing tool ${call.name}: ${errorText(error)}`);
  }
}

const notFound = (name: string, tools: readonly Tool[]): string =>
  `Tool '${name}' not found. Available tools: [${tools.map((tool) => `'${tool.name}'`).join(", ")}]`;
