import { given } from "../lib/given.ts";
import type { AccountEvent } from "../protocols/account-event.ts";
import type { Bus } from "../protocols/bus.ts";
import type { ConsentRequest, Turn } from "../protocols/message-processor.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Store } from "../protocols/store.ts";
import { announce } from "./account-log.ts";
import {
  type ApprovalAt,
  addApproval,
  answerApproval,
  approvalAt,
  approvedForThread,
  withdrawApproval,
} from "./approval-records.ts";
import type { RunningTurn } from "./run-turn.ts";

/** How one turn asks its user. */
export type Asking = {
  readonly consent: Turn["consent"];
  /** The turn is over: withdraws whatever nobody has answered. */
  close(): Promise<void>;
};

/** Questions to users, and their answers. */
export type Consents = {
  /** @param signal withdraws what is asked when it aborts. */
  asking(turn: RunningTurn, signal: AbortSignal): Asking;
  /** @throws what `answerApproval` throws. */
  answer(at: ApprovalAt, approved: boolean): Promise<void>;
};

export function createConsents(host: Host, store: Store, bus: Bus): Consents {
  /** Who waits here for an answer, by the id of its record, which holds the id of the turn. */
  const waiting = new Map<string, (approved: boolean) => void>();

  const tell = (userId: string, event: AccountEvent) => announce(bus, userId, host.now(), event);

  async function ask(turn: RunningTurn, request: ConsentRequest, signal: AbortSignal): Promise<boolean> {
    const { userId, threadId, turnId } = turn;
    const { callId, name, arguments: args, why, once } = request;
    const place = () => ({
      ...{ call_id: callId, thread_id: threadId, turn_id: turnId },
      timestamp: host.now().toISOString(),
    });
    const told = (approved: boolean) => {
      const { call_id, timestamp } = place();
      turn.emit([{ event: "approval", data: { call_id, approved, timestamp } }]);
      return approved;
    };
    signal.throwIfAborted();
    if (once && (await approvedForThread(store, turn, name))) return told(true);
    const at = approvalAt({ userId, turnId, callId });
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    promise.catch(() => {}); // nobody waits for it yet
    const stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    try {
      await addApproval(store, turn, request);
      waiting.set(at.id, resolve); // nobody knows of the question before it is told
      signal.throwIfAborted();
      const { timestamp } = place();
      const asked = { call_id: callId, name, arguments: args, ...given({ why, once }), timestamp };
      turn.emit([{ event: "approval_request", data: asked }]);
      tell(userId, { event: "approval_requested", data: { ...place(), name } });
      return told(await promise);
    } catch (error) {
      if (signal.aborted) await withdrawApproval(store, at);
      throw error;
    } finally {
      waiting.delete(at.id);
      signal.removeEventListener("abort", stop);
    }
  }

  return {
    asking(turn, stopped) {
      const over = new AbortController();
      const open = new Set<Promise<unknown>>();
      /** By tool: the last question whose yes holds for the thread. Another one waits for its answer. */
      const last = new Map<string, Promise<unknown>>();
      return {
        async consent(request) {
          const before = request.once ? last.get(request.name) : undefined;
          const signal = AbortSignal.any([stopped, over.signal]);
          const asked = Promise.resolve(before).then(() => ask(turn, request, signal));
          const answered = asked.catch(() => {}); // for whoever waits only until it is
          if (request.once) last.set(request.name, answered);
          open.add(answered);
          return { approved: await asked };
        },
        async close() {
          over.abort();
          await Promise.all(open);
        },
      };
    },
    async answer(at, approved) {
      const { threadId, first } = await answerApproval(store, at, approved);
      waiting.get(approvalAt(at).id)?.(approved);
      if (!first) return;
      const timestamp = host.now().toISOString();
      const data = { call_id: at.callId, thread_id: threadId, turn_id: at.turnId, approved, timestamp };
      tell(at.userId, { event: "approval_answered", data });
    },
  };
}
