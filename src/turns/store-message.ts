import { codeOf } from "../lib/errors.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Store } from "../protocols/store.ts";
import type { Held, NewMessage, ThreadMessage, Threads } from "../protocols/threads.ts";
import type { Intake } from "./accept.ts";
import { type Claim, heldOf, renewClaim, withdrawClaim } from "./turn-records.ts";

/**
 * Makes the thread where needed and the message durable; takes the claim back when that fails. What others took meanwhile
 * from a process that was silent for too long is claimed anew.
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
    return await write(threads, claim, intake);
  } catch (error) {
    try {
      if (codeOf(error) !== "not_held") throw error;
      if (await renewClaim(store, claim)) return await write(threads, claim, intake);
      // With its message the turn was ended, which is found out at its end; without it there is none.
      return await messageOf(threads, claim, intake, error);
    } catch (failure) {
      await withdrawClaim(store, claim, claim.idempotency?.key);
      throw failure;
    }
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

/** @throws `lost` where it was not stored. */
async function messageOf(
  threads: Threads,
  claim: Claim,
  { message }: Intake,
  lost: unknown,
): Promise<ThreadMessage> {
  if ("existing" in message) return message.existing;
  try {
    return await threads.getMessage({ ...claim, messageId: message.append.id });
  } catch (error) {
    throw ["message_not_found", "thread_not_found"].includes(codeOf(error)) ? lost : error;
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
