import type { Begun } from "./api.ts";

/** A message of which the server said that it is safe. */
export type Acknowledged = {
  readonly threadId: string;
  readonly turnId: string;
  readonly messageId: string;
  readonly content: string;
};

/** A request whose answer never came: it may have worked or not, but only once. */
export type Unanswered = {
  readonly path: string;
  readonly body: { readonly content: string };
  readonly key: string;
};

/** What one user was promised, and what was left open. */
export type Ledger = {
  /** By the message's content, which is never said twice. */
  readonly acknowledged: Map<string, Acknowledged>;
  readonly unanswered: Map<string, Unanswered>;
  /** Every turn that was begun, with what it is to answer. */
  readonly turns: Map<string, { readonly threadId: string; readonly content: string }>;
  /** Turns that were seen to end well. */
  readonly finished: Set<string>;
  /** Turns that were stopped, with what had been seen of them by then. */
  readonly stopped: Map<string, string>;
  /** By thread. `asked` is a title on its way: it may be there or not until its answer comes. */
  readonly titles: Map<string, { readonly acknowledged?: string; readonly asked?: string }>;
  /** Threads with something new since the last look. */
  readonly touched: Set<string>;
};

export const emptyLedger = (): Ledger => ({
  acknowledged: new Map(),
  unanswered: new Map(),
  turns: new Map(),
  finished: new Set(),
  stopped: new Map(),
  titles: new Map(),
  touched: new Set(),
});

/** Notes that the server took a message. */
export function noteBegun(ledger: Ledger, content: string, begun: Begun, said: "new" | "again"): void {
  const { thread_id: threadId, turn_id: turnId, message_id: messageId } = begun;
  ledger.unanswered.delete(content);
  if (said === "new") ledger.acknowledged.set(content, { threadId, turnId, messageId, content });
  ledger.turns.set(turnId, { threadId, content });
  ledger.touched.add(threadId);
}
