import { codeOf } from "../lib/errors.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Store } from "../protocols/store.ts";
import type { Held, NewMessage, ThreadMessage, Threads } from "../protocols/threads.ts";
import type { Intake } from "./accept.ts";
import { type Claim, heldOf, renewClaim, withdrawClaim } from "./turn-records.ts";

/**
 * Makes the thread where needed and the message durable; takes the claim back when that fails. What others took meanwhile
 * from a process that was silent for too long is claimed anew. Where the store cannot say what it has, the claim is left: who
 * finds it silent for a lease takes care of it.
 * @throws what the `thread` role throws; `turn_running` and `duplicate_record` where the claim is another's by now; `not_held`
 * while another process still takes it back.
 */
export async function storeMessage(
  host: Host,
  store: Store,
  claim: Claim,
  intake: Intake,
): Promise<ThreadMessage> {
  const threads = await host.get("thread");
  try {
    return await writeHeld(threads, store, claim, intake);
  } catch (failure) {
    const stored = await storedMessage(threads, claim, intake, failure);
    if (stored !== undefined) return stored;
    await withdrawClaim(store, claim, claim.idempotency?.key);
    throw failure;
  }
}

async function writeHeld(
  threads: Threads,
  store: Store,
  claim: Claim,
  intake: Intake,
): Promise<ThreadMessage> {
  try {
    return await write(threads, claim, intake);
  } catch (error) {
    if (codeOf(error) !== "not_held" || !(await renewClaim(store, claim))) throw error;
    return write(threads, claim, intake);
  }
}

async function write(
  threads: Threads,
  claim: Claim,
  { title, message, threadSettings: settings }: Intake,
): Promise<ThreadMessage> {
  const held = heldOf(claim);
  if ("existing" in message) {
    await threads.activateBranch({ ...claim, messageId: message.existing.id }, { held });
    return message.existing;
  }
  if (title !== undefined)
    await threads.createThread({ ...claim, id: claim.threadId, title, settings, held });
  return append(threads, claim, message, held);
}

/**
 * It may be there after all: what a store whose connection was lost could not say, or another process has ended the turn with
 * it, which is found out at its end. @throws `failure` where it cannot be told.
 */
async function storedMessage(
  threads: Threads,
  claim: Claim,
  { message }: Intake,
  failure: unknown,
): Promise<ThreadMessage | undefined> {
  if ("existing" in message) return codeOf(failure) === "not_held" ? message.existing : undefined;
  try {
    return await threads.getMessage({ ...claim, messageId: message.append.id });
  } catch (error) {
    if (["message_not_found", "thread_not_found"].includes(codeOf(error))) return undefined;
    throw failure;
  }
}

/** Written where the end of the branch was seen, the entry is known without reading it again: one that stands alone. */
async function append(
  threads: Threads,
  claim: Claim,
  { append: entry, above, under, leaf }: Extract<Intake["message"], { readonly append: NewMessage }>,
  held: Held,
): Promise<ThreadMessage> {
  const entries = above === undefined ? [entry] : [above, entry];
  if (leaf !== undefined) {
    try {
      await threads.addMessages(claim, entries, { expectLeaf: leaf, held });
      return { ...entry, parentId: above?.id ?? leaf };
    } catch (error) {
      // Its writer did not ask for this place; it only was the place a moment ago.
      if (codeOf(error) !== "stale" || under.expectLeaf !== undefined) throw error;
    }
  }
  await threads.addMessages(claim, entries, { ...under, held });
  return threads.getMessage({ ...claim, messageId: entry.id });
}
