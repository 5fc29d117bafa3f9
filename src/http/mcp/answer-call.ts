import { callTool } from "./call-tool.ts";
import type { RpcRequest } from "./rpc.ts";
import type { Caller } from "./work.ts";

/**
 * Everything that is said to `tools/call`: progress, if it gave a token for that, then one result or error; of a
 * cancelled call nothing more.
 * @param fault an error as one of JSON-RPC.
 */
export async function* answerCall(
  caller: Caller,
  { id, params = {} }: RpcRequest,
  fault: (error: unknown) => object,
): AsyncGenerator<object, void> {
  const token = tokenOf(params._meta);
  const work = callTool(caller, params.name, params.arguments);
  try {
    for (let progress = 1; ; progress += 1) {
      const step = await work.next();
      if (caller.cancelled.aborted) return;
      if (step.done) {
        yield { jsonrpc: "2.0", id, result: step.value };
        return;
      }
      if (token === undefined) continue;
      const params = { progressToken: token, progress, message: step.value };
      yield { jsonrpc: "2.0", method: "notifications/progress", params };
    }
  } catch (error) {
    if (!caller.cancelled.aborted && !caller.gone.aborted) yield { jsonrpc: "2.0", id, error: fault(error) };
  } finally {
    await work.return({ content: [] });
  }
}

function tokenOf(meta: unknown): string | number | undefined {
  const { progressToken: token } = Object(meta) as { readonly progressToken?: unknown };
  return typeof token === "string" || typeof token === "number" ? token : undefined;
}
