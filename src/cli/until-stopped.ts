const signals = ["SIGTERM", "SIGINT"] as const;

/** Stopping takes ten seconds at most; the rest is for what stands around this. */
const limitMs = 9_500;

/** One press of Ctrl-C reaches us twice when npm stands in between: from the terminal, and passed on by npm. */
const samePressMs = 500;

/**
 * Waits for SIGTERM or SIGINT, then closes once. A second signal, or a close that takes too long, ends the process at
 * once.
 */
export async function untilStopped(close: () => Promise<void>): Promise<void> {
  const { promise: told, resolve } = Promise.withResolvers<void>();
  let firstAt: number | undefined;
  const onSignal = () => {
    const now = performance.now();
    if (firstAt !== undefined && now - firstAt > samePressMs) process.exit(1);
    firstAt ??= now;
    resolve();
  };
  for (const signal of signals) process.on(signal, onSignal);
  await told;
  setTimeout(() => process.exit(0), limitMs).unref();
  await close();
}
