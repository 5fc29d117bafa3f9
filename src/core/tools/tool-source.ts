import type { Tool } from "../../protocols/tool.ts";
import type { ToolProblem } from "../../protocols/tools.ts";

/** Where tools come from: a folder of files, MCP servers. The role `tools` joins what its sources have. */
export type ToolSource = {
  /** What this user's model may call now. */
  tools(userId: string): Promise<readonly Tool[]>;
  /** Where each of them comes from, by name: the file, or `mcp:<server>`. Without a user: of all that anybody may call. */
  origins(userId?: string): Promise<Readonly<Record<string, string>>>;
  /** What is not, or not wholly, there. */
  problems(): Promise<readonly ToolProblem[]>;
  /** Looks again at what may have changed. Absent where a source does so by itself. */
  reload?(): Promise<void>;
  shutdown?(): Promise<void>;
};
