import type { FastifyReply, FastifyRequest } from "fastify";
import { codeOf } from "../lib/errors.ts";
import { inSentences } from "../lib/in-sentences.ts";
import type { ErrorCode } from "../protocols/errors.ts";

/** The one place that knows the HTTP status of a code. */
const statuses: Readonly<Record<ErrorCode, number>> = {
  bad_input: 400,
  record_not_found: 404,
  duplicate_record: 409,
  conflict: 409,
  thread_not_found: 404,
  message_not_found: 404,
  turn_not_found: 404,
  job_not_found: 404,
  turn_running: 409,
  stale: 409,
  not_held: 409,
  cursor_lost: 410,
  idempotency_mismatch: 422,
  not_authenticated: 401,
  invalid_token: 401,
  invalid_credentials: 401,
  forbidden: 403,
  model_not_allowed: 403,
  model_not_found: 404,
  rate_limited: 429,
  too_large: 413,
  address_not_allowed: 403,
  upstream_unreachable: 502,
  upstream_refused: 502,
  upstream_budget: 402,
  upstream_unusable: 502,
  upstream_overflow: 400,
  upstream_timeout: 504,
  upstream_broken: 502,
  store_locked: 503,
  store_full: 507,
  store_unavailable: 503,
  schema_changed: 500,
  config_invalid: 500,
  plugin_invalid: 500,
  role_missing: 500,
  shutting_down: 503,
  internal: 500,
};

/** Messages that clients of the original look for, word for word; a hint would change them. */
const fixedDetails: Partial<Record<ErrorCode, string>> = {
  thread_not_found: "Thread not found",
  not_authenticated: "Not authenticated",
  invalid_token: "Invalid authentication credentials",
  invalid_credentials: "Invalid credentials",
};

/** Fields of `details` that programs need beside the sentence, under their wire names. */
const wireDetails: Readonly<Record<string, string>> = { turnId: "turn_id", leaf: "leaf" };

/**
 * Beside the sentence, for programs: the body stays as clients of the original know it. The page tells a reader by it
 * what went wrong in the reader's language.
 */
export const codeHeader = "x-error-code";

/** One of ours: what the framework or Node call it is none of a reader's business. */
function wireCode(code: string, status = 500): ErrorCode {
  if (Object.hasOwn(statuses, code) && code !== "internal") return code as ErrorCode;
  if (status === 413) return "too_large";
  return status < 500 ? "bad_input" : "internal";
}

const statusOf = (code: string): number => statuses[code as ErrorCode] ?? 500;

export type ThrownError = {
  readonly code?: unknown;
  readonly message: string;
  readonly hint?: unknown;
  readonly details?: Readonly<Record<string, string | number>>;
  readonly statusCode?: number;
};

type ToldError = {
  readonly status: number;
  readonly code: ErrorCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly detail: string } & Readonly<Record<string, string | number>>;
};

/** Any error as the answer `{"detail": ...}`. */
export function sendError(error: ThrownError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, headers, body } = tellError(error, request);
  return reply.code(status).headers(headers).send(body);
}

/**
 * What is told of an error. Only what was written for readers is (an error with a hint, or one of the framework's about
 * the request); everything else is logged and answered with the request's id.
 */
export function tellError(error: ThrownError, request: FastifyRequest): ToldError {
  const given = codeOf(error);
  const code = wireCode(given, error.statusCode);
  const coded = { [codeHeader]: code };
  if (typeof error.hint === "string") {
    const status = statusOf(given);
    if (status >= 500) request.log.error({ err: error }, "request failed");
    const retryAfter = error.details?.retryAfterSeconds ?? (status === 503 ? 2 : undefined);
    const headers = {
      ...coded,
      ...(status === 401 && { "www-authenticate": "Bearer" }),
      ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
    };
    return { status, code, headers, body: { detail: sentenceOf(error), ...detailsOf(error) } };
  }
  const status = error.statusCode ?? 500;
  if (status < 500)
    return { status, code, headers: coded, body: { detail: requestFault(given, error.message) } };
  request.log.error({ err: error }, "request failed");
  const detail = `Something went wrong in the server. Its log says more under request ${request.id}.`;
  return { status: 500, code, headers: coded, body: { detail } };
}

/** What went wrong and what to do. */
function sentenceOf(error: ThrownError): string {
  return fixedDetails[codeOf(error) as ErrorCode] ?? inSentences(error);
}

function detailsOf({ details = {} }: ThrownError): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(details).flatMap(([name, value]) => {
      const wireName = wireDetails[name];
      return wireName === undefined ? [] : [[wireName, value]];
    }),
  );
}

function requestFault(code: string, message: string): string {
  switch (code) {
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return "This content type is not understood here. Send JSON, or a form where the API says so.";
    case "FST_ERR_CTP_BODY_TOO_LARGE":
    case "FST_REQ_FILE_TOO_LARGE":
      return "The request is too large. Send less, or raise body_limit in the configuration.";
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
    case "FST_ERR_CTP_INVALID_JSON_BODY":
      return "The body is not valid JSON.";
    default:
      return message;
  }
}
