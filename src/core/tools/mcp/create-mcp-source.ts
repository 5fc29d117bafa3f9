import { SkeletonError } from "../../../lib/errors.ts";
import { createMaskCheck } from "../../../lib/mask-check.ts";
import { within } from "../../../lib/time-limit.ts";
import type { Host } from "../../../protocols/plugin.ts";
import type { Tool } from "../../../protocols/tool.ts";
import type { ToolProblem } from "../../../protocols/tools.ts";
import type { ToolSource } from "../tool-source.ts";
import type { ListedTool } from "./list-tools.ts";
import { type McpOptions, type McpServer, mcpServer } from "./mcp-server.ts";
import { toolNames } from "./tool-names.ts";

/** A first question waits so long for servers that are just being connected, in ms. */
const FIRST_WAIT_MS = 5000;
/** Faults of one server that are told one by one. */
const FAULTS_TOLD = 5;

/**
 * The tools of the MCP servers in the configuration. Each is connected in the background and connected anew when it was
 * lost; one that is away costs its own tools only.
 */
export async function createMcpSource(host: Host, options: McpOptions = {}): Promise<ToolSource> {
  const allows = createMaskCheck(
    () => host.now(),
    (mask) => host.log.warn({ mask }, "mcp: a mask took too long on a name, and refused it"),
  );
  const servers = Object.entries(host.config.mcp_servers).map(([name, config]) =>
    mcpServer(name, config, {
      log: host.log,
      debug: host.config.log_level === "debug",
      now: () => host.now(),
      allows: (tool) => allows(config.allow_tools, tool),
      options,
    }),
  );
  const stopping = new AbortController();
  const running: Promise<void>[] = [];
  for (const server of servers) {
    host.background(`mcp:${server.name}`, (signal) => {
      const run = server.run(AbortSignal.any([signal, stopping.signal]));
      running.push(run);
      return run;
    });
  }
  const tried = within(FIRST_WAIT_MS, Promise.all(servers.map((server) => server.tried)), undefined);

  /** What this user, or anybody, may call of the servers that are there. */
  async function listed(userId?: string) {
    await tried;
    const all = servers.flatMap((server) => server.list().tools.map((tool) => ({ server, tool })));
    const names = toolNames(all.map(({ server, tool }) => ({ server: server.name, tool: tool.name })));
    return all.flatMap(({ server, tool }, at) => {
      const may = userId === undefined || allows(server.config.allow_users, userId);
      return may && server.caller() !== undefined ? [{ server, tool, name: names[at] ?? tool.name }] : [];
    });
  }

  return {
    async tools(userId) {
      return (await listed(userId)).map(({ server, tool, name }) => asTool(server, tool, name, allows));
    },
    async origins(userId) {
      return Object.fromEntries(
        (await listed(userId)).map(({ server, name }) => [name, `mcp:${server.name}`]),
      );
    },
    async problems() {
      await tried;
      return servers.flatMap(problemsOf);
    },
    async shutdown() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

function asTool(
  server: McpServer,
  tool: ListedTool,
  name: string,
  allows: (mask: string | undefined, name: string) => boolean,
): Tool {
  const { approve, timeout_ms: timeoutMs, allow_users: users } = server.config;
  return {
    name,
    description: tool.description,
    parameters: tool.parameters,
    readOnly: tool.readOnly,
    idempotent: tool.idempotent,
    approve: approve ?? (tool.destructive ? "always" : "never"),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    async *execute(args, context) {
      const { userId, signal, ask } = context;
      if (!allows(users, userId)) throw notAllowed(server);
      const caller = server.caller();
      if (caller === undefined) throw absent(server);
      const [{ callTool }, { wentThere }] = await Promise.all([
        import("./call-tool.ts"),
        import("./elicit.ts"),
      ]);
      const over = caller.elicitation.begin(context);
      try {
        try {
          return yield* callTool(caller.client, tool.name, args, signal);
        } catch (error) {
          if (signal.aborted || !(await wentThere(error, server.name, ask))) throw error;
          return yield* callTool(caller.client, tool.name, args, signal);
        }
      } catch (error) {
        signal.throwIfAborted();
        const { code, message, hint } = server.failure(error);
        const text = error instanceof SkeletonError ? message : `The MCP server ${server.name}: ${message}`;
        throw new SkeletonError(code, text, { hint }); // no cause: it may hold what was redacted
      } finally {
        over();
      }
    },
  };
}

function problemsOf(server: McpServer): readonly ToolProblem[] {
  const source = `mcp:${server.name}`;
  const absence = server.absence();
  if (absence !== undefined)
    return [
      { source, problem: `Not connected: ${absence.message}. ${absence.hint} It is tried again by itself.` },
    ];
  const { tools, faults } = server.list();
  const told = faults.slice(0, FAULTS_TOLD).map((fault) => ({ source, problem: fault }));
  const more = faults.length - told.length;
  if (more > 0) told.push({ source, problem: `and ${more} more of the kind` });
  if (tools.length === 0 && faults.length === 0)
    told.push({ source, problem: "it has no tools that `allow_tools` lets in" });
  return told;
}

const notAllowed = (server: McpServer) =>
  new SkeletonError("forbidden", `The MCP server ${server.name} is not for this user`, {
    hint: "`allow_users` of its configuration says who may use it.",
  });

const absent = (server: McpServer) =>
  new SkeletonError("upstream_unreachable", `The MCP server ${server.name} is not connected now`, {
    hint: "Try again in a moment: it is connected anew by itself.",
  });
