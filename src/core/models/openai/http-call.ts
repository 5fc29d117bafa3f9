import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  request as plainRequest,
  validateHeaderName,
  validateHeaderValue,
} from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { SkeletonError } from "../../../lib/errors.ts";
import type { UpstreamTimeouts } from "../provider.ts";
import { silent, unreachable } from "../upstream-error.ts";
import { DirectAgent } from "./direct-agent.ts";

/** Where a provider listens, and what every request carries. */
export type Endpoint = {
  /** The provider's name, for people. */
  readonly name: string;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** The same without what may be secret in it. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What must never be in a message. */
  readonly secrets: readonly string[];
  readonly agent: Agent;
};

/** @throws `config_invalid` when the address or a header cannot be used. */
export function endpoint(options: {
  readonly name: string;
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}): Endpoint {
  const { name } = options;
  const apiKey = options.apiKey?.trim(); // a key read from a file often ends in a line break
  const given = options.headers ?? {};
  const baseUrl = options.baseUrl.trim().replace(/\/+$/, "");
  if (!URL.canParse(baseUrl)) throw unusable(name, "base_url", "an address such as https://host/v1");
  const { protocol, password, origin, pathname } = new URL(baseUrl);
  const headers = { ...(apiKey && { authorization: `Bearer ${apiKey}` }), ...given };
  for (const [header, value] of Object.entries(headers)) {
    try {
      validateHeaderName(header);
      validateHeaderValue(header, value);
    } catch {
      const what = header === "authorization" ? "api_key" : "headers";
      throw unusable(name, what, "text that an HTTP header can hold"); // the cause would quote the value
    }
  }
  // a stream holds its socket for minutes: the number of sockets is the number of running answers
  const pool = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 64 };
  return {
    name,
    baseUrl,
    address: origin + pathname.replace(/\/$/, ""),
    headers,
    secrets: [apiKey ?? "", password, ...Object.values(given)].filter(Boolean),
    agent: protocol === "https:" ? new TlsAgent(pool) : new DirectAgent(pool),
  };
}

const unusable = (provider: string, key: string, wanted: string) =>
  new SkeletonError("config_invalid", `The ${key} of the model provider ${provider} is not ${wanted}.`, {
    hint: `Correct it in skeleton.yaml, or in the environment variable it comes from.`,
  });

/**
 * Sends a request; resolves with the answer's head, whatever its status, nothing of its body read yet.
 * @throws `upstream_unreachable`, `upstream_timeout`; the signal's reason.
 */
export function call(
  to: Endpoint,
  what: {
    readonly method: "GET" | "POST";
    readonly path: string;
    readonly body?: string;
    /** On top of the endpoint's own. */
    readonly headers?: Readonly<Record<string, string>>;
  },
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
      ...what.headers,
    },
  });

  /** Until the outcome is known; not kept while the answer runs, for it is as long as the thread. */
  let unanswered: typeof what | undefined = what;
  const give = (error: unknown) => {
    settle();
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
    unanswered = undefined;
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
    if (unanswered === undefined) return; // an end of our own making
    const again = unanswered;
    settle();
    // the other side had closed a socket of the pool meanwhile, as servers do after a while: take another
    if (request.reusedSocket && error.code === "ECONNRESET") head.resolve(call(to, again, timeouts, signal));
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
