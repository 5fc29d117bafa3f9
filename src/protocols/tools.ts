import type { ToolCall } from "./model.ts";
import type { Tool, ToolContext } from "./tool.ts";

/** What became of a call. */
export type ToolOutcome = {
  /** What the model is told: text, or JSON text of whatever the tool returned. Never longer than the limit. */
  readonly content: string;
  /** The call did not work; `content` says why, in a sentence the model can act on. */
  readonly failed?: true;
};

/** A source of tools that is not, or not wholly, there. */
export type ToolProblem = {
  /** The file, or `mcp:<server>`. */
  readonly source: string;
  /** What is wrong and what to do. */
  readonly problem: string;
};

/**
 * Everything the model can call: files in the plugins folder, MCP servers. One door for the model, for tools that call
 * tools and for other programs. Finished when it passes `toolsContract` (src/testkit/tools-contract.ts).
 */
export interface Tools {
  /** What this user's model may call now, each name once; where two sources have one name, the first has it. */
  getTools(who: { readonly userId: string }): Promise<readonly Tool[]>;
  /**
   * Runs one call the whole way: reads `arguments` (empty text means none), checks and coerces them, runs the tool
   * within its time, makes the result safe. Yields the tool's progress lines; returns the outcome.
   * Whatever goes wrong with the call is an outcome, not a throw: unknown tool, arguments that are not JSON or do not
   * fit, a tool that throws or takes too long, a result that is binary or cannot be written as JSON.
   * @param known what may be called: a turn keeps the tools that it began with. Default: what `getTools` answers now.
   * @throws the signal's reason once `context.signal` aborts.
   */
  call(call: ToolCall, context: ToolContext, known?: readonly Tool[]): AsyncGenerator<string, ToolOutcome>;
  /** What could not be loaded or is not there now; empty in a good run. */
  getProblems(): Promise<readonly ToolProblem[]>;
  /** Where this user's tools come from, by name: the file, or `mcp:<server>`. Absent where that cannot be told. */
  getSources?(who: { readonly userId: string }): Promise<Readonly<Record<string, string>>>;
  /**
   * Loads what has changed on the disk anew; whoever asks for the list meanwhile waits for it. Turns that run keep the
   * tools that they have. What cannot be loaded is a problem, not a throw. Absent where nothing can change.
   */
  reload?(): Promise<void>;
  shutdown?(): Promise<void>;
}
