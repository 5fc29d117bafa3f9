const signals = ["SIGTERM", "SIGINT"] as const;

/** Stopping takes ten seconds at most; the rest is for what stands around this. */
const limitMs = 9_500;

/** One press of Ctrl-C reaches us twice when npm stands in between: from the terminal, and passed on by npm. */
const samePressMs = 500;

/**
 * Listens for SIGTERM and SIGINT from now on. A second signal, or stopping that takes too long, ends the process at
 * once.
 * @returns resolves with the first signal.
 */
export function stopSignal(): Promise<void> {
  const { promise: told, resolve } = Promise.withResolvers<void>();
  let firstAt: number | undefined;
  const onSignal = () => {
    const now = performance.now();
    if (firstAt !== undefined && now - firstAt > samePressMs) process.exit(1);
    if (firstAt !== undefined) return;
    firstAt = now;
    setTimeout(() => process.exit(0), limitMs).unref();
    resolve();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return told;
}
