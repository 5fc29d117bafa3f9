import type { Host } from "../../protocols/plugin.ts";
import type { Tool } from "../../protocols/tool.ts";
import type { ToolProblem, Tools } from "../../protocols/tools.ts";
import { callTool } from "./call/call-tool.ts";
import { repeated } from "./repeated.ts";
import type { ToolSource } from "./tool-source.ts";

/** One list and one door for what all sources have. A source does not reject: what is not there is its problem. */
export function createTools(host: Host, sources: readonly ToolSource[]): Tools {
  const told = new Set<string>();

  /** Tools that are there and cannot be called, since a source further up has their names. */
  async function hidden(): Promise<readonly ToolProblem[]> {
    const first = new Map<string, string>();
    const problems: ToolProblem[] = [];
    for (const origins of await Promise.all(sources.map((each) => each.origins()))) {
      for (const [name, source] of Object.entries(origins)) {
        const taken = first.get(name);
        if (taken === undefined) first.set(name, source);
        else problems.push({ source, problem: repeated(name, taken) });
      }
    }
    return problems;
  }

  const tools: Tools = {
    async getTools({ userId }) {
      const lists = await Promise.all(sources.map((source) => source.tools(userId)));
      const byName = new Map<string, Tool>();
      let news = false;
      for (const tool of lists.flat()) {
        if (!byName.has(tool.name)) byName.set(tool.name, tool);
        else if (!told.has(tool.name)) {
          told.add(tool.name);
          news = true;
        }
      }
      if (news)
        for (const { source, problem } of await hidden())
          host.log.warn({ source }, `tools: ${source}: ${problem}`);
      return [...byName.values()];
    },
    call: (call, context, known) =>
      callTool(host, async () => known ?? tools.getTools(context), call, context),
    async getSources({ userId }) {
      const origins = await Promise.all(sources.map((source) => source.origins(userId)));
      return Object.assign({}, ...origins.toReversed()); // where two have one name, the first has it
    },
    async getProblems() {
      const own = await Promise.all(sources.map((source) => source.problems()));
      return [...own.flat(), ...(await hidden())];
    },
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
