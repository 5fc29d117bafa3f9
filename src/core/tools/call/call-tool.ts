import type { ToolCall } from "../../../protocols/model.ts";
import type { Host } from "../../../protocols/plugin.ts";
import type { Tool, ToolContext } from "../../../protocols/tool.ts";
import type { ToolOutcome } from "../../../protocols/tools.ts";
import { errorText } from "./error-text.ts";
import { fitArguments } from "./fit-arguments.ts";
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
    const asked = fitArguments(tool, readArguments(call.arguments), log);
    if ("fault" in asked) return failed(asked.fault);
    const word = await mayRun(tool, call, asked.args, context, config.tools.approve);
    if ("refusal" in word) return failed(word.refusal);
    const allowed = fitArguments(tool, word.args, log); // the user may have changed them
    if ("fault" in allowed) return failed(allowed.fault);
    const limitMs = tool.timeoutMs ?? timeoutMs;
    const run = runTool(tool, allowed.args as Args, context, {
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
