/** The promise's outcome, or the signal's reason once it aborts. The promise itself goes on. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } catch (error) {
    throw signal.aborted ? signal.reason : error; // whichever was first: the abort is why
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
