import type { FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { eventStreamOr } from "../answers.ts";
import type { HttpContext, LimitName } from "../context.ts";
import { callerOf, userIdOf } from "../guard.ts";
import { bareFrame, sendEvents } from "../sse.ts";
import type { Server } from "../type-provider.ts";
import { answerCall } from "./answer-call.ts";
import { answerRequest, protocolVersions } from "./answer-request.ts";
import { refuseForeignOrigin } from "./foreign-origin.ts";
import {
  isRequest,
  isRpcId,
  RpcError,
  RpcFault,
  RpcMessage,
  type RpcRequest,
  readMessage,
  rpcCodes,
} from "./rpc.ts";
import { rpcFault, sendFault } from "./rpc-fault.ts";
import { type CallAt, createRunningCalls } from "./running-calls.ts";

/** Ours have some thirty characters; what is longer would be told to other instances for nothing. */
const longestSession = 200;

/**
 * Skeleton as an MCP server: its tools, and `ask`, for other programs. Streamable HTTP without state: any message may
 * come to any process. The session's id is ours, and known to nobody but its client; nothing is kept under it, it only
 * tells whose call 7 is meant when one is cancelled. Written without the SDK, whose transport keeps in memory what a
 * slow reader does not take, and does not look again whether a token still holds.
 */
export async function registerMcp(server: Server, context: HttpContext): Promise<void> {
  const { host, turns } = context;
  const running = createRunningCalls((await host.get("bus")).others);

  server.post(
    "/mcp",
    {
      config: { access: "user", scopes: ["chat"], limit: "threads" },
      schema: {
        summary: "Tools for other programs, by the Model Context Protocol (streamable HTTP)",
        description:
          "One JSON-RPC message. `tools/call` is answered with a stream of server-sent events, any other request with JSON.",
        tags: ["mcp"],
        body: RpcMessage,
        response: {
          200: eventStreamOr(Type.Unknown()),
          202: Type.Null({ description: "A notification was heard." }),
          ...{ "4xx": RpcFault, "5xx": RpcFault },
        },
      },
      validatorCompiler: () => () => true, // what is no message is told in the protocol's own shape
      onRequest: async ({ headers: { origin, host: name } }) =>
        refuseForeignOrigin({ origin, host: name }, host.config),
      errorHandler: (error, request, reply) => void sendFault(error, request, reply),
    },
    async (request, reply) => {
      checkVersion(request);
      const message = readMessage(request.body);
      const at = { userId: userIdOf(request), session: sessionOf(request) };
      if (isRequest(message)) {
        if (message.method === "tools/call") return call(request, reply, message, { ...at, id: message.id });
        if (message.method === "initialize") reply.header("mcp-session-id", host.newId());
        return answer(request, message, at.userId);
      }
      const id = message.params?.requestId;
      const cancels = message.method === "notifications/cancelled";
      if (cancels && isRpcId(id)) running.cancel({ ...at, id });
      return reply.code(202).send();
    },
  );

  async function answer(request: FastifyRequest, message: RpcRequest, userId: string): Promise<object> {
    const { id } = message;
    try {
      return { jsonrpc: "2.0", id, result: await answerRequest({ host, userId }, message) };
    } catch (error) {
      return { jsonrpc: "2.0", id, error: rpcFault(error, request).fault };
    }
  }

  async function call(request: FastifyRequest, reply: FastifyReply, message: RpcRequest, at: CallAt) {
    const { cancelled, end } = running.begin(at);
    const count = (limit: LimitName) => server.countCall(limit, request);
    const fault = (error: unknown) => rpcFault(error, request).fault;
    const open = async (gone: AbortSignal) =>
      batchesOf(answerCall({ host, turns, ...callerOf(request), cancelled, gone, count }, message, fault));
    try {
      return await sendEvents(context, request, reply, open, { frame: bareFrame, comments: true });
    } finally {
      end();
    }
  }
}

async function* batchesOf(messages: AsyncIterable<object>) {
  for await (const message of messages) yield { firstId: 0, data: [JSON.stringify(message)] };
}

function checkVersion(request: FastifyRequest): void {
  const version = textHeader(request, "mcp-protocol-version");
  if (version === "" || protocolVersions.includes(version)) return;
  const message = `This version of the protocol is not spoken here. Known are ${protocolVersions.join(", ")}.`;
  throw new RpcError(rpcCodes.invalidRequest, message);
}

function sessionOf(request: FastifyRequest): string {
  const session = textHeader(request, "mcp-session-id");
  return session.length > longestSession ? "" : session;
}

function textHeader({ headers }: FastifyRequest, name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value : "";
}
