/** A signal for one request. The SDK never stops listening, and would tell a server of an abort long after its answer. */
export type OwnSignal = { readonly signal: AbortSignal; abort(): void; letGo(): void };

/** A signal that aborts when the other one does, until it is let go. */
export function ownSignal(other: AbortSignal): OwnSignal {
  const controller = new AbortController();
  const abort = () => controller.abort(other.reason);
  other.addEventListener("abort", abort);
  if (other.aborted) abort();
  return { signal: controller.signal, abort, letGo: () => other.removeEventListener("abort", abort) };
}
