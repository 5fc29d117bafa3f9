import { isObject } from "../../../lib/is-object.ts";
import { saidInBody } from "../openai/error-words.ts";
import { retryAfter } from "../openai/retry-after.ts";
import {
  broken,
  plainWords,
  refused,
  refusedInside,
  type UpstreamError,
  unreachable,
} from "../upstream-error.ts";

/**
 * An AI SDK error as ours. `APICallError` carries `statusCode`, `responseHeaders` and `responseBody`; without a status
 * nobody answered. `cause` is left out on purpose: it holds the request with its headers.
 * @param from.when before the stream, as a part of it, or as its end.
 */
export function sdkError(
  error: unknown,
  from: {
    readonly provider: string;
    readonly secrets: readonly string[];
    readonly when: "before" | "part" | "end";
  },
): UpstreamError {
  const fields = isObject(error) ? error : {};
  const said = fields.message ?? (typeof error === "string" ? error : JSON.stringify(error));
  const words = plainWords(typeof said === "string" ? said : "no reason given", from.secrets);
  const { responseBody } = fields;
  const kind = typeof responseBody === "string" ? saidInBody(responseBody).kind : undefined;
  const status = typeof fields.statusCode === "number" ? fields.statusCode : undefined;
  if (from.when === "part" || (from.when === "end" && status !== undefined)) {
    return refusedInside(from.provider, status, { words, kind });
  }
  if (from.when === "end") return broken(from.provider, `broke off: ${words}`, { retriable: true });
  if (status === undefined) return unreachable(from.provider, words);
  const headers = isObject(fields.responseHeaders) ? fields.responseHeaders : {};
  const waitMs = retryAfter(headers as Record<string, string>, new Date());
  return refused(from.provider, status, { words, kind }, waitMs);
}
