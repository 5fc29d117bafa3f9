import type { IncomingMessage } from "node:http";
import { broken, silent } from "../upstream-error.ts";

/**
 * A whole body as text. Closes the connection when it does not come to an end.
 * @param options.maxBytes more than this is `upstream_broken`, or is left out with `cut`.
 * @throws `upstream_timeout`, `upstream_broken`; the signal's reason.
 */
export async function readBody(
  response: IncomingMessage,
  options: {
    readonly provider: string;
    readonly timeoutMs: number;
    readonly maxBytes: number;
    readonly cut?: boolean;
    readonly signal: AbortSignal;
  },
): Promise<string> {
  const { provider, timeoutMs, maxBytes, signal } = options;
  signal.throwIfAborted();
  const chunks: Buffer[] = [];
  let size = 0;
  let reason: unknown;
  const stop = (error: unknown) => {
    reason = error;
    response.destroy();
  };
  const abort = () => stop(signal.reason);
  const late = setTimeout(() => stop(silent(provider, timeoutMs, "complete answer")), timeoutMs);
  signal.addEventListener("abort", abort, { once: true });
  try {
    for await (const chunk of response) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size <= maxBytes) continue;
      if (options.cut) break;
      throw broken(provider, `is longer than ${maxBytes} bytes`);
    }
  } catch (error) {
    if (reason !== undefined) throw reason;
    if (error instanceof Error && "hint" in error) throw error;
    throw broken(provider, "broke off", { cause: error, retriable: true });
  } finally {
    clearTimeout(late);
    signal.removeEventListener("abort", abort);
  }
  if (reason !== undefined) throw reason;
  return Buffer.concat(chunks).subarray(0, maxBytes).toString("utf8");
}
