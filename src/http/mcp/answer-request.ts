import { skeletonVersion } from "../../lib/skeleton-version.ts";
import { askTool } from "./ask.ts";
import { describeTool, offeredTools } from "./offered-tools.ts";
import { RpcError, type RpcRequest, rpcCodes } from "./rpc.ts";
import type { Caller } from "./work.ts";

/** Newest first. What we use of them is the same in all. */
export const protocolVersions: readonly string[] = ["2025-11-25", "2025-06-18", "2025-03-26"];

/** The result of any request but a call, which takes its time. @throws RpcError for a method that is not there. */
export async function answerRequest(
  { host, userId }: Pick<Caller, "host" | "userId">,
  { method, params }: RpcRequest,
): Promise<object> {
  switch (method) {
    case "initialize":
      return {
        protocolVersion:
          protocolVersions.find((version) => version === params?.protocolVersion) ?? protocolVersions[0],
        capabilities: { tools: {} },
        serverInfo: { name: "skeleton", title: "Skeleton", version: skeletonVersion() },
      };
    case "ping":
      return {};
    case "tools/list":
      return { tools: [askTool, ...(await offeredTools(host, userId)).map(describeTool)] };
    default:
      throw new RpcError(rpcCodes.methodNotFound, `There is no method "${method.slice(0, 100)}" here.`);
  }
}
