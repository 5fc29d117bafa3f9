import { SkeletonError } from "../../lib/errors.ts";
import { isPassingStatus } from "../../lib/passing-status.ts";
import type { ErrorCode } from "../../protocols/errors.ts";

type UpstreamCode = Extract<ErrorCode, `upstream_${string}`>;

/** A provider's failure, with what the router must know to decide whether asking again makes sense. */
export class UpstreamError extends SkeletonError {
  /** Asking the same again may help. */
  readonly retriable: boolean;
  /** How long the upstream asked to be left alone, in ms. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: UpstreamCode,
    message: string,
    options: {
      hint: string;
      cause?: unknown;
      retriable?: boolean;
      retryAfterMs?: number | undefined;
      /** The HTTP status that the upstream answered with. */
      status?: number | undefined;
    },
  ) {
    const { retryAfterMs, status } = options;
    const details = {
      ...(retryAfterMs !== undefined && { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) }),
      ...(status !== undefined && { upstreamStatus: status }),
    };
    super(code, message, { hint: options.hint, cause: options.cause, details });
    this.retriable = options.retriable ?? false;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What a provider says went wrong: in words, and by the name that it has for that, where it has one. */
export type Said = { readonly words: string; readonly kind?: string | undefined };

/**
 * There is nothing left to spend: asking again spends nothing and gets nothing. LiteLLM has many sentences for it, which its
 * admin may change, under 400 or 429 by its version, most with the type `budget_exceeded`; `insufficient_quota` is OpenAI's.
 */
const budget =
  /budget_exceeded|insufficient_quota|budget has been exceeded|exceeded\w* ?budget|(?:over|crossed) budget/i;

const isSpent = ({ words, kind = "" }: Said, status: number | undefined): boolean =>
  (status === undefined || status < 500) && budget.test(`${kind} ${words}`);

/** An answer with an error status, in the upstream's own words. */
export function refused(provider: string, status: number, said: Said, retryAfterMs?: number): UpstreamError {
  const message = `${provider} refused with status ${status}${said.words === "" ? "" : `: ${said.words}`}`;
  if (isSpent(said, status)) return spent(provider, message, status);
  return new UpstreamError("upstream_refused", message, {
    hint: hintFor(provider, status),
    retriable: isPassingStatus(status),
    retryAfterMs,
    status,
  });
}

/** An error object inside an answer that had begun well. */
export function refusedInside(provider: string, status: number | undefined, said: Said): UpstreamError {
  const message = `${provider} broke off with an error: ${said.words}`;
  if (isSpent(said, status)) return spent(provider, message, status);
  return new UpstreamError("upstream_refused", message, {
    hint: hintFor(provider, status ?? 500),
    retriable: status !== undefined && isPassingStatus(status),
    status,
  });
}

const spent = (provider: string, message: string, status: number | undefined): UpstreamError =>
  new UpstreamError("upstream_budget", message, {
    hint: `Have the budget raised at ${provider}, or choose another model.`,
    status,
  });

export const unreachable = (provider: string, reason: string, cause?: unknown): UpstreamError =>
  new UpstreamError("upstream_unreachable", `${provider} cannot be reached: ${reason}`, {
    hint: `Check that ${provider} is running and that its base_url is right, or choose another model.`,
    retriable: true,
    cause,
  });

export const silent = (provider: string, ms: number, waitingFor: string): UpstreamError =>
  new UpstreamError("upstream_timeout", `${provider} sent no ${waitingFor} for ${ms / 1000} s`, {
    hint: "Try again, choose another model, or raise the timeouts under `models` in skeleton.yaml.",
  });

export const broken = (
  provider: string,
  what: string,
  options: { cause?: unknown; retriable?: boolean } = {},
): UpstreamError =>
  new UpstreamError("upstream_broken", `The answer of ${provider} ${what}`, {
    hint: "Try again; if it happens every time, check the provider's base_url and its own log.",
    ...options,
  });

function hintFor(provider: string, status: number): string {
  if (status === 401 || status === 403) return `Check the API key of ${provider} and what it may use.`;
  if (status === 404)
    return `Check the base_url of ${provider} (it usually ends in /v1) and the model's name.`;
  if (status === 429) return "Wait a little and try again, or choose another model.";
  if (status >= 500 || status === 408 || status === 409)
    return "Try again in a moment, or choose another model.";
  return "Read what the provider says, change the request or its settings, or choose another model.";
}

const longest = 400;

/** Somebody else's words for people: one line, at most 400 characters, and nothing secret. */
export function plainWords(text: string, secrets: readonly string[]): string {
  let words = text.slice(0, 64_000);
  for (const secret of secrets) if (secret.length >= 4) words = words.replaceAll(secret, "***");
  words = words
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, "$1 ***")
    .replace(/\b(?:sk|pk|rk|xai|gsk|key)-[\w-]{8,}/g, "***")
    .replace(/\b[0-9a-f]{64}\b/gi, "***") // LiteLLM names a key by what it is stored as
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return words.length > longest ? `${words.slice(0, longest - 1)}…` : words;
}
