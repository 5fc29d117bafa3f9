import { codeOf } from "../../lib/errors.ts";
import type { ThreadAt, ThreadMessage, Threads } from "../../protocols/threads.ts";

/** Entries asked for anew each time: more than a turn of a few tool calls appends. */
const tail = 32;

/** Characters of content kept in all, of the branches read last: 16 MB at most. */
const room = 8_000_000;

/**
 * Reads active branches, and of one that it has read before only the end. That is exact without being told of changes:
 * history is append-only, so whatever lies above an entry never changes, and a branch whose end begins with an entry
 * that is known goes on above it as it is known. Only `siblings` may be old, and a context has no use for them.
 */
export function createBranchMemory(
  threads: Threads,
  characters = room,
): (at: ThreadAt) => Promise<readonly ThreadMessage[]> {
  const kept = new Map<string, { readonly entries: readonly ThreadMessage[]; readonly size: number }>();
  let used = 0;

  function forget(key: string): void {
    used -= kept.get(key)?.size ?? 0;
    kept.delete(key);
  }

  function remember(key: string, entries: readonly ThreadMessage[]): void {
    forget(key);
    const size = entries.reduce((sum, { content }) => sum + content.length, 0);
    if (entries.length <= tail || size > characters) return; // a short one is one read anyway
    kept.set(key, { entries, size });
    used += size;
    for (const oldest of kept.keys()) {
      if (used <= characters) return;
      forget(oldest);
    }
  }

  /** The branch, if its end joins what is known. */
  async function readOn(at: ThreadAt, known: readonly ThreadMessage[]) {
    const end = await threads.getThreadMessages(at, { limit: tail });
    if (end.length < tail) return end;
    const joint = known.findLastIndex(({ id }) => id === end[0]?.id);
    return joint === -1 ? undefined : [...known.slice(0, joint), ...end];
  }

  return async (at) => {
    const key = JSON.stringify([at.userId, at.threadId]);
    const known = kept.get(key)?.entries;
    try {
      const entries = (known && (await readOn(at, known))) ?? (await threads.getThreadMessages(at));
      remember(key, entries);
      return entries;
    } catch (error) {
      if (codeOf(error) === "thread_not_found") forget(key);
      throw error;
    }
  };
}
