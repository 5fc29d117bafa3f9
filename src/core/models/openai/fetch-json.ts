import type { IncomingMessage } from "node:http";
import { plainWords, refused, type UpstreamError } from "../upstream-error.ts";
import { saidInBody } from "./error-words.ts";
import { call, type Endpoint } from "./http-call.ts";
import { readBody } from "./read-body.ts";
import { retryAfter } from "./retry-after.ts";

type Patience = {
  /** The whole time for it, in ms. */
  readonly timeoutMs: number;
  readonly now: () => Date;
};

const maxBytes = 16 * 1024 * 1024;

/**
 * What stands at a path of the endpoint; `undefined` when that is no JSON.
 * @throws `upstream_…`; the signal's reason.
 */
export async function fetchJson(
  endpoint: Endpoint,
  path: string,
  patience: Patience,
  signal: AbortSignal,
): Promise<unknown> {
  const { timeoutMs } = patience;
  const limits = { connectMs: timeoutMs, firstByteMs: timeoutMs };
  const response = await call(endpoint, { method: "GET", path }, limits, signal);
  if (!isGood(response)) throw await refusal(endpoint, response, patience, signal);
  return parsed(await readBody(response, { provider: endpoint.name, timeoutMs, maxBytes, signal }));
}

export const isGood = ({ statusCode = 0 }: IncomingMessage) => statusCode >= 200 && statusCode < 300;

/** Why it refused, as it says. @throws the signal's reason. */
export async function refusal(
  { name, secrets }: Endpoint,
  response: IncomingMessage,
  { timeoutMs, now }: Patience,
  signal: AbortSignal,
): Promise<UpstreamError> {
  const limits = { provider: name, timeoutMs, maxBytes: 65_536, cut: true, signal };
  const body = await readBody(response, limits).catch(() => ""); // the status alone says enough
  signal.throwIfAborted();
  const { words, kind } = saidInBody(body);
  const said = { words: plainWords(words, secrets), kind };
  return refused(name, response.statusCode ?? 0, said, retryAfter(response.headers, now()));
}

export function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // no list and no message either: the caller says so
  }
}
