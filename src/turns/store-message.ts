import { codeOf } from "../lib/errors.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Store } from "../protocols/store.ts";
import type { NewMessage, ThreadMessage, Threads } from "../protocols/threads.ts";
import type { Intake } from "./accept.ts";
import { type Claim, withdrawClaim } from "./turn-records.ts";

/** Makes the thread where needed and the message durable; takes the claim back when that fails. */
export async function storeMessage(
  host: Host,
  store: Store,
  claim: Claim,
  { title, message, threadSettings: settings }: Intake,
): Promise<ThreadMessage> {
  const threads = await host.get("thread");
  try {
    if ("existing" in message) {
      await threads.activateBranch({ ...claim, messageId: message.existing.id });
      return message.existing;
    }
    if (title !== undefined) {
      await threads.createThread({ ...claim, id: claim.threadId, title, settings });
    }
    return await append(threads, claim, message);
  } catch (error) {
    await withdrawClaim(store, claim, claim.idempotency?.key);
    throw error;
  }
}

/** Written where the end of the branch was seen, the entry is known without reading it again: one that stands alone. */
async function append(
  threads: Threads,
  claim: Claim,
  { append: entry, above, under, leaf }: Extract<Intake["message"], { readonly append: NewMessage }>,
): Promise<ThreadMessage> {
  const entries = above === undefined ? [entry] : [above, entry];
  if (leaf !== undefined) {
    try {
      await threads.addMessages(claim, entries, { expectLeaf: leaf });
      return { ...entry, parentId: above?.id ?? leaf };
    } catch (error) {
      // Its writer did not ask for this place; it only was the place a moment ago.
      if (codeOf(error) !== "stale" || under.expectLeaf !== undefined) throw error;
    }
  }
  await threads.addMessages(claim, entries, under);
  return threads.getMessage({ ...claim, messageId: entry.id });
}
