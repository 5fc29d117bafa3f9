import { ask, askTool } from "./ask.ts";
import { offeredTools } from "./offered-tools.ts";
import { RpcError, rpcCodes } from "./rpc.ts";
import type { Caller, Work } from "./work.ts";

/** Runs `ask` or one of the offered tools. @throws RpcError for a tool that is not there, and what `ask` throws. */
export async function* callTool(caller: Caller, name: unknown, args: unknown = {}): Work {
  if (name === askTool.name) return yield* ask(caller, args);
  const { host, userId, cancelled, gone } = caller;
  const tool = (await offeredTools(host, userId)).find((each) => each.name === name);
  if (tool === undefined) {
    const message =
      "There is no such tool here, or it asks its user before it runs, which cannot be done here.";
    throw new RpcError(rpcCodes.invalidParams, message);
  }
  const tools = await host.get("tools");
  const { content, failed } = yield* tools.call(
    { id: host.newId(), name: tool.name, arguments: JSON.stringify(args) },
    { host, userId, signal: AbortSignal.any([cancelled, gone]) }, // it belongs to no thread and no turn
  );
  return { content: [{ type: "text", text: content }], ...(failed && { isError: true }) };
}
