import type { Host } from "../../protocols/plugin.ts";
import { createFileSource } from "./files/file-source.ts";
import { createMcpSource } from "./mcp/create-mcp-source.ts";
import type { ToolSource } from "./tool-source.ts";

/** Every source of tools; where two have a tool of one name, the first one's is used. */
export async function createToolSources(host: Host): Promise<readonly ToolSource[]> {
  return Promise.all([createFileSource(host), createMcpSource(host)]);
}
