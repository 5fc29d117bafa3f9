import { given as fields } from "../lib/given.ts";
import { parsePlanAnswer, planCallId } from "../lib/plan-answer.ts";
import type { AccountEvent } from "../protocols/account-event.ts";
import type { Bus } from "../protocols/bus.ts";
import type { ConsentAnswer, ConsentRequest, Turn } from "../protocols/message-processor.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Store } from "../protocols/store.ts";
import { announce } from "./account-log.ts";
import {
  type ApprovalAt,
  addApproval,
  answerApproval,
  approvalAt,
  approvedForThread,
  givenAnswer,
  resumeApproval,
  withdrawApproval,
} from "./approval-records.ts";
import type { Kept } from "./checkpoint.ts";
import { consentOf } from "./fold-turn.ts";
import type { RunningTurn } from "./run-turn.ts";
import { shownQuestion } from "./shown-question.ts";
import { createUnheard } from "./unheard.ts";

/** How often, in ms, a question is looked at whose answer another process may have taken. */
const lookAgainMs = 1_000;

/** What instances tell each other: the id of a question's record, once it is answered. */
const answeredSubject = "turns/answered";

/** How one turn asks its user. */
export type Asking = {
  readonly consent: Turn["consent"];
  /**
   * Takes back what calls asked before their server died: they run no more. An answer that came too late for that server is
   * the call's when it runs again and asks the same. For the beginning of a turn that goes on.
   */
  takeBack(): Promise<void>;
  /** The turn is over: withdraws whatever nobody has answered. */
  close(): Promise<void>;
  /** Nobody waits any more, but what is asked still stands: another life of the server goes on with the turn. */
  leave(): Promise<void>;
};

/** Questions to users, and their answers. */
export type Consents = {
  /** @param stopped ends all waiting when it aborts; then `close` or `leave` says what becomes of the questions. */
  asking(turn: RunningTurn, kept: Kept, stopped: AbortSignal): Asking;
  /** @throws what `answerApproval` throws; `bad_input` for an answer that leaves no plan. */
  answer(at: ApprovalAt, approved: boolean, args?: string): Promise<void>;
  shutdown(): void;
};

export function createConsents(host: Host, store: Store, bus: Bus, instance: string): Consents {
  /** Who waits here for an answer, by the id of its record, which holds the id of the turn. */
  const waiting = new Map<string, { hear(answer: ConsentAnswer): void; look(): Promise<void> }>();
  const deaf = bus.others?.listen(answeredSubject, ({ id }) => {
    const asked = waiting.get(id as string);
    if (asked) host.background("look for an answer", asked.look); // what counts is what is durable
  });

  const tell = (userId: string, event: AccountEvent) => announce(bus, userId, host.now(), event);

  async function ask(
    turn: RunningTurn,
    kept: Kept,
    request: ConsentRequest,
    signal: AbortSignal,
  ): Promise<ConsentAnswer> {
    const { userId, threadId, turnId } = turn;
    const { callId, name, arguments: args, why, form, once, again, ofCall: of_call, url, from } = request;
    const place = () => ({
      ...{ call_id: callId, thread_id: threadId, turn_id: turnId },
      timestamp: host.now().toISOString(),
    });
    /** It is durable before the call runs: one that was to be asked for is never taken for one that was not. */
    const told = async (answer: ConsentAnswer) => {
      const { call_id, timestamp } = place();
      turn.emit([{ event: "approval", data: { call_id, ...answer, timestamp } }]);
      await kept.flush();
      return answer;
    };
    signal.throwIfAborted();
    if (once && (await approvedForThread(store, turn, name))) return told({ approved: true });
    const { id } = approvalAt({ userId, turnId, callId });
    const { promise, resolve, reject } = Promise.withResolvers<ConsentAnswer>();
    promise.catch(() => {}); // nobody waits for it yet
    const look = async () => {
      const answer = await givenAnswer(store, { userId, turnId, callId });
      if (answer !== undefined) resolve(answer);
    };
    let looking: NodeJS.Timeout | undefined;
    const stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    waiting.set(id, { hear: resolve, look });
    try {
      const given = await askFor(turn, request);
      if (given !== undefined) return await told(given);
      signal.throwIfAborted();
      const { timestamp } = place();
      const more = fields({ why, form, once, again, of_call, url, from });
      const asked = { call_id: callId, name, arguments: args, ...more, timestamp };
      const known = consentOf(turn.view(), callId) === "asked";
      if (!known) turn.emit([{ event: "approval_request", data: asked }]);
      // Another process may take the answer while this one dies: whoever goes on has to know what it was to.
      await kept.flush();
      tell(userId, { event: "approval_requested", data: { ...place(), name } });
      looking = setInterval(() => host.background("look for an answer", look), lookAgainMs).unref();
      return await told(await promise);
    } finally {
      clearInterval(looking);
      waiting.delete(id);
      signal.removeEventListener("abort", stop);
    }
  }

  /** Tells that nobody is asked any more, while the turn goes on. */
  async function takeBack(turn: RunningTurn, callId: string): Promise<void> {
    const { userId, threadId, turnId } = turn;
    await withdrawApproval(store, { ...turn, instance }, approvalAt({ userId, turnId, callId }));
    const timestamp = host.now().toISOString();
    const word = { call_id: callId, approved: false, timestamp };
    turn.emit([{ event: "approval", data: { ...word, withdrawn: true } }]);
    tell(userId, { event: "approval_answered", data: { ...word, thread_id: threadId, turn_id: turnId } });
  }

  /** Makes the question durable. @returns the answer, where a turn that goes on finds one that it has not heard. */
  async function askFor(turn: RunningTurn, request: ConsentRequest): Promise<ConsentAnswer | undefined> {
    if (turn.lives === 0) await addApproval(store, { ...turn, instance }, request);
    else return resumeApproval(store, { ...turn, instance }, request);
    return undefined;
  }

  return {
    asking(turn, kept, stopped) {
      const over = new AbortController();
      const open = new Set<Promise<unknown>>();
      const unheard = createUnheard();
      const unanswered = new Set<string>();
      /** By tool: the last question whose yes holds for the thread. Another one waits for its answer. */
      const last = new Map<string, Promise<unknown>>();
      const leave = async () => {
        over.abort();
        await Promise.all(open);
      };
      return {
        async consent(request, ownSignal) {
          const question = shownQuestion(request);
          const answered = unheard.take(question);
          if (answered !== undefined) return answered;
          const { callId, name, once } = question;
          const before = once ? last.get(name) : undefined;
          const ended = AbortSignal.any([stopped, over.signal]);
          const signal = ownSignal === undefined ? ended : AbortSignal.any([ended, ownSignal]);
          unanswered.add(callId);
          const asked = Promise.resolve(before).then(() => ask(turn, kept, question, signal));
          const settled = asked.catch(async () => {
            // for whoever waits only until it is
            if (ended.aborted || !ownSignal?.aborted) return;
            unanswered.delete(callId);
            await takeBack(turn, callId).catch((error) =>
              host.log.error({ err: error, turn: turn.turnId }, "a question could not be taken back"),
            );
          });
          if (once) last.set(name, settled);
          open.add(settled);
          const answer = await asked;
          unanswered.delete(callId);
          return answer;
        },
        async takeBack() {
          const { userId, turnId } = turn;
          for (const call of turn.view().calls)
            for (const question of call.questions ?? []) {
              if (question.consent !== "asked") continue;
              const { callId } = question;
              const answer = await givenAnswer(store, { userId, turnId, callId });
              if (answer === undefined) await takeBack(turn, callId);
              else {
                const timestamp = host.now().toISOString();
                turn.emit([{ event: "approval", data: { call_id: callId, ...answer, timestamp } }]);
                unheard.add({ ...question, ofCall: call.callId }, answer);
              }
            }
        },
        leave,
        async close() {
          await leave();
          for (const callId of unanswered)
            await withdrawApproval(store, { ...turn, instance }, approvalAt({ ...turn, callId }));
        },
      };
    },
    async answer(at, approved, args) {
      const answer = { approved, ...(approved && fields({ arguments: args })) };
      if (at.callId === planCallId && answer.arguments !== undefined) parsePlanAnswer(answer.arguments);
      const { threadId, first } = await answerApproval(store, at, answer);
      if (!first) return;
      const { id } = approvalAt(at);
      const asked = waiting.get(id);
      if (asked) asked.hear(answer);
      else bus.others?.tell(answeredSubject, { id });
      const timestamp = host.now().toISOString();
      const data = { call_id: at.callId, thread_id: threadId, turn_id: at.turnId, approved, timestamp };
      tell(at.userId, { event: "approval_answered", data });
    },
    shutdown: () => deaf?.(),
  };
}
