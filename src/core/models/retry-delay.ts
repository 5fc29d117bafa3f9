import { UpstreamError } from "./upstream-error.ts";

/** The longest an upstream may ask to be waited for; beyond it the next model, or the reader, is told at once. */
const longestWaitMs = 30_000;

/**
 * How long to wait before asking again, in ms; `undefined`: do not ask again.
 * 0.5 s, doubled each time up to 8 s, of which chance takes up to half so that many callers do not return together.
 * What the upstream asks for with `Retry-After` counts instead, when it is more.
 * @param attempt how often it was asked before: 1 for the first repetition.
 */
export function retryDelay(
  error: unknown,
  attempt: number,
  policy: { readonly retries: number; readonly random: () => number },
): number | undefined {
  if (!(error instanceof UpstreamError) || !error.retriable || attempt > policy.retries) return undefined;
  const { retryAfterMs = 0 } = error;
  if (retryAfterMs > longestWaitMs) return undefined;
  const backoff = Math.min(8_000, 500 * 2 ** (attempt - 1)) * (1 - policy.random() / 2);
  return Math.max(backoff, retryAfterMs);
}
