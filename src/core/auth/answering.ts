import { codeOf, SkeletonError } from "../../lib/errors.ts";

/**
 * Whatever else goes wrong down there, for the caller it is a store that does not answer.
 * @param expected codes that are an answer all the same.
 */
export async function answering<T>(ask: () => Promise<T>, expected: readonly string[] = []): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (["store_locked", "store_full", "store_unavailable", ...expected].includes(codeOf(error))) throw error;
    throw new SkeletonError("store_unavailable", "What is known of sign-ins cannot be read or written.", {
      hint: "Try again in a moment; if it stays so, look at the server's log and its data folder.",
      cause: error,
    });
  }
}
