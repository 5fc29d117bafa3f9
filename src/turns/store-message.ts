import type { Host } from "../protocols/plugin.ts";
import type { Store } from "../protocols/store.ts";
import type { ThreadMessage } from "../protocols/threads.ts";
import type { Intake } from "./accept.ts";
import { type Claim, withdrawClaim } from "./turn-records.ts";

/** Makes the thread where needed and the message durable; takes the claim back when that fails. */
export async function storeMessage(
  host: Host,
  store: Store,
  claim: Claim,
  { title, message }: Intake,
): Promise<ThreadMessage> {
  const threads = await host.get("thread");
  try {
    if ("existing" in message) {
      await threads.activateBranch({ ...claim, messageId: message.existing.id });
      return message.existing;
    }
    if (title !== undefined) {
      await threads.createThread({ ...claim, id: claim.threadId, title });
    }
    await threads.addMessages(claim, [message.append], message.under);
  } catch (error) {
    await withdrawClaim(store, claim, claim.idempotency?.key);
    throw error;
  }
  return threads.getMessage({ ...claim, messageId: message.append.id });
}
