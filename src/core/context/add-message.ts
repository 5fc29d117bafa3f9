import { isDeepStrictEqual } from "node:util";
import type { ContextMessage } from "../../protocols/context.ts";
import type { ThreadAt } from "../../protocols/threads.ts";
import { hasEntry, type Parts, readContext } from "./read-context.ts";
import { writeAdd } from "./write-operation.ts";

/** Entries that are read to see whether a message says anything new: an answer is seldom more. */
const tail = 64;

/** As `Context.addMessage`; `ownId` when no history entry will ever have the message's id. */
export async function addMessage(
  parts: Parts,
  at: ThreadAt,
  message: ContextMessage,
  ownId: boolean,
): Promise<void> {
  const { entries, messages } = await readContext(parts, at, tail);
  const whole = entries.length < tail;
  const place = entries.findIndex(({ id }) => id === message.id);
  const turnId = entries[place]?.turnId;
  // An answer that begins above the tail is not told by the tail.
  const cut = !whole && turnId !== undefined && entries[0]?.turnId === turnId;
  const there = messages.find(({ id }) => id === message.id);
  if (there && !cut) {
    if (isDeepStrictEqual(there, message)) return;
  } else if (!whole && (cut || (!ownId && (await hasEntry(parts, at, message.id))))) {
    const all = (await readContext(parts, at)).messages;
    if (
      isDeepStrictEqual(
        all.find(({ id }) => id === message.id),
        message,
      )
    )
      return;
  }
  const after = entries.at(-1)?.id ?? null;
  await writeAdd(parts.store, at, { op: "add", after, message, ...(ownId && { own_id: true }) });
}
