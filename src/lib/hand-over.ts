/**
 * An iterator that can also call its reader with each batch, as the batch comes. Most batches of a streamed answer hold
 * one token, and each generator between the network and the reader would pay several promises for it. Iterating stays
 * the contract: who does not know this symbol loses nothing but time.
 */
export const handOver = Symbol("handOver");

/** What is done with a batch. When it returns a promise, the next one comes after that. */
export type Take<T> = (batch: T) => unknown;

/**
 * Calls `take` with every batch that is left. Resolves after the last one; rejects with what iterating would throw, and
 * with what `take` throws: whoever gave it then returns the iterator. Not while a `next` is waiting.
 */
export type HandsOver<T> = { [handOver](take: Take<T>): Promise<void> };

/** The rest of an iterator, by the short way where it has one. */
export async function handEach<T>(batches: AsyncIterator<T>, take: Take<T>): Promise<void> {
  if (handOver in batches) return (batches as AsyncIterator<T> & HandsOver<T>)[handOver](take);
  for await (const batch of { [Symbol.asyncIterator]: () => batches }) {
    const taking = take(batch);
    if (taking instanceof Promise) await taking;
  }
}
