import { Agent, type ClientRequest, type IncomingMessage, request as plainRequest } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import type { UpstreamTimeouts } from "../provider.ts";
import { silent, unreachable } from "../upstream-error.ts";

/** Where a provider listens, and what every request carries. */
export type Endpoint = {
  /** The provider's name, for people. */
  readonly name: string;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What must never be in a message. */
  readonly secrets: readonly string[];
  readonly agent: Agent;
};

export function endpoint(options: {
  readonly name: string;
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}): Endpoint {
  const { name, apiKey, headers = {} } = options;
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  const { protocol, password } = new URL(baseUrl);
  // a stream holds its socket for minutes: the number of sockets is the number of running answers
  const pool = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 64 };
  return {
    name,
    baseUrl,
    headers: { ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }), ...headers },
    secrets: [apiKey ?? "", decodeURIComponent(password), ...Object.values(headers)].filter(Boolean),
    agent: protocol === "https:" ? new TlsAgent(pool) : new Agent(pool),
  };
}

/**
 * Sends a request; resolves with the answer's head, whatever its status, nothing of its body read yet.
 * @throws `upstream_unreachable`, `upstream_timeout`; the signal's reason.
 */
export function call(
  to: Endpoint,
  what: { readonly method: "GET" | "POST"; readonly path: string; readonly body?: string },
  timeouts: Pick<UpstreamTimeouts, "connectMs" | "firstByteMs">,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const head = Promise.withResolvers<IncomingMessage>();
  if (signal.aborted) return Promise.reject(signal.reason);
  const url = new URL(to.baseUrl + what.path);
  const request = (url.protocol === "https:" ? tlsRequest : plainRequest)(url, {
    method: what.method,
    agent: to.agent,
    headers: {
      accept: what.method === "POST" ? "text/event-stream" : "application/json",
      "user-agent": "skeleton",
      ...(what.body !== undefined && {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(what.body),
      }),
      ...to.headers,
    },
  });

  const give = (error: unknown) => {
    head.reject(error);
    request.destroy();
  };
  const abort = () => give(signal.reason);
  const limitHead = setTimeout(
    () => give(silent(to.name, timeouts.firstByteMs, "answer")),
    timeouts.firstByteMs,
  );
  const stopConnect = limitConnect(request, timeouts.connectMs, () =>
    give(unreachable(to.name, `no connection within ${timeouts.connectMs / 1000} s`)),
  );
  const settle = () => {
    clearTimeout(limitHead);
    stopConnect();
    signal.removeEventListener("abort", abort);
  };
  signal.addEventListener("abort", abort, { once: true });
  request.once("response", (response) => {
    settle();
    head.resolve(response);
  });
  request.on("error", (error: NodeJS.ErrnoException) => {
    settle();
    // the pool's socket had been closed by the other side meanwhile: nobody has seen the request yet
    if (request.reusedSocket && error.code === "ECONNRESET") head.resolve(call(to, what, timeouts, signal));
    else head.reject(unreachable(to.name, reasonOf(error), error));
  });
  request.end(what.body);
  return head.promise;
}

/** Calls `late` unless the socket stands in time. @returns what ends the waiting. */
function limitConnect(request: ClientRequest, connectMs: number, late: () => void): () => void {
  const timer = setTimeout(late, connectMs);
  const stop = () => clearTimeout(timer);
  request.once("socket", (socket) => {
    if (!socket.connecting) stop();
    else socket.once("encrypted" in socket ? "secureConnect" : "connect", stop);
  });
  return stop;
}

/** In words where the code is common; never the address, which may be nobody's business. */
function reasonOf(error: NodeJS.ErrnoException): string {
  const code = error.code ?? (error instanceof AggregateError ? error.errors[0]?.code : undefined);
  if (code === "ECONNREFUSED") return "the connection was refused";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "its host name is not known";
  if (code === "ECONNRESET" || code === "EPIPE") return "the connection was closed before an answer came";
  if (code === "ETIMEDOUT" || code === "EHOSTUNREACH" || code === "ENETUNREACH")
    return "there is no way to it";
  return code === undefined ? "the connection failed" : `the connection failed (${code})`;
}
