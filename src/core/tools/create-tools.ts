import type { Host } from "../../protocols/plugin.ts";
import type { Tool } from "../../protocols/tool.ts";
import type { Tools } from "../../protocols/tools.ts";
import { callTool } from "./call/call-tool.ts";
import type { ToolSource } from "./tool-source.ts";

/** One list and one door for what all sources have. A source does not reject: what is not there is its problem. */
export function createTools(host: Host, sources: readonly ToolSource[]): Tools {
  const tools: Tools = {
    async getTools({ userId }) {
      const lists = await Promise.all(sources.map((source) => source.tools(userId)));
      const byName = new Map<string, Tool>();
      for (const tool of lists.flat()) if (!byName.has(tool.name)) byName.set(tool.name, tool);
      return [...byName.values()];
    },
    call: (call, context, known) =>
      callTool(host, async () => known ?? tools.getTools(context), call, context),
    async getSources({ userId }) {
      const origins = await Promise.all(sources.map((source) => source.origins(userId)));
      return Object.assign({}, ...origins.toReversed()); // where two have one name, the first has it
    },
    getProblems: async () => (await Promise.all(sources.map((source) => source.problems()))).flat(),
    async reload() {
      await Promise.all(sources.map((source) => source.reload?.()));
    },
    async shutdown() {
      const ends = await Promise.allSettled(sources.map(async (source) => source.shutdown?.()));
      const failures = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
      if (failures.length > 0) throw new AggregateError(failures, "sources of tools did not end well");
    },
  };
  return tools;
}
