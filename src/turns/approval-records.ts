import { createHash } from "node:crypto";
import { codeOf, SkeletonError } from "../lib/errors.ts";
import { given } from "../lib/given.ts";
import type { JsonObject } from "../protocols/json.ts";
import type { ConsentAnswer, ConsentRequest } from "../protocols/message-processor.ts";
import type { At, Store, StoreRecord } from "../protocols/store.ts";
import { checkAnswer } from "./check-answer.ts";
import { type HeldTurn, isNotHeld, runningTurns, whileHeld } from "./turn-records.ts";

/** Where a question stands. */
export type ApprovalAt = { readonly userId: string; readonly turnId: string; readonly callId: string };

/** A question that waits for its user's word. */
export type Approval = ConsentRequest & {
  readonly turnId: string;
  readonly threadId: string;
  /** When it was asked, ISO 8601, UTC. */
  readonly asked: string;
};

const name = "approvals";

/**
 * `state` is `pending`, `approved` or `refused`; a question that was answered has no `arguments` any more, but what its
 * user made of them as `answer`.
 */
export async function createApprovalStore(store: Store): Promise<void> {
  await store.createStoreIfNotExists(
    name,
    {
      ...{ turn_id: "str", thread_id: "str", call_id: "str", name: "str", arguments: "str" },
      ...{ why: "str", form: "json", once: "bool", state: "str", answer: "str" },
      ...{ of_call: "str", url: "str", asker: "str", again: "bool" },
    },
    {
      indexes: [
        ["state", "created_at"],
        ["thread_id", "name", "created_at"],
        ["turn_id", "created_at"],
      ],
    },
  );
}

/** The record of a question. Calls are named by models: their ids may be as long as they like. */
export const approvalAt = ({ userId, turnId, callId }: ApprovalAt): At => ({
  ...{ userId, store: name },
  id: `${turnId}.${createHash("sha256").update(callId).digest("base64url")}`,
});

/**
 * Makes a question durable.
 * @throws `duplicate_record` when this turn has asked for this call before; what `isNotHeld` tells.
 */
export async function addApproval(
  store: Store,
  turn: HeldTurn,
  { callId, name: tool, arguments: args, why, form, once, ofCall, url, from, again }: ConsentRequest,
): Promise<void> {
  const { userId, turnId, threadId } = turn;
  const { id, ...place } = approvalAt({ userId, turnId, callId });
  const asked = { turn_id: turnId, thread_id: threadId, call_id: callId, name: tool, arguments: args };
  const who = { of_call: ofCall ?? null, url: url ?? null, asker: from ?? null, again: again ?? false };
  const how = { why: why ?? null, form: form ?? null, once: once ?? false, ...who };
  const data = { ...asked, ...how, state: "pending" };
  await store.transaction([whileHeld(turn), { op: "add", in: place, data, id }]);
}

/**
 * The same for a turn that goes on after its server died: a question that stands is not asked twice, and an answer that was
 * given meanwhile holds, unless it is asked `again`.
 * @returns that answer. @throws what `isNotHeld` tells.
 */
export async function resumeApproval(
  store: Store,
  turn: HeldTurn,
  request: ConsentRequest,
): Promise<ConsentAnswer | undefined> {
  const at = approvalAt({ ...turn, callId: request.callId });
  const record = await store.get(at);
  if (record === undefined) await addApproval(store, turn, request);
  else if (request.again) {
    const { arguments: args, why } = request;
    const changes = {
      ...{ state: "pending", arguments: args, why: why ?? null, once: request.once ?? false },
      ...{ again: true, answer: null },
    };
    await store.transaction([whileHeld(turn), { op: "update", at, changes }]);
  } else if (record.state !== "pending") return answerOf(record);
  return undefined;
}

/** The user's word, once it is given. */
export async function givenAnswer(store: Store, at: ApprovalAt): Promise<ConsentAnswer | undefined> {
  const record = await store.get(approvalAt(at));
  return record === undefined || record.state === "pending" ? undefined : answerOf(record);
}

/** Whether the user has said yes to this tool for the whole thread. */
export async function approvedForThread(
  store: Store,
  { userId, threadId }: { readonly userId: string; readonly threadId: string },
  tool: string,
): Promise<boolean> {
  const where = { thread_id: threadId, name: tool, once: true, state: "approved" };
  return (await store.count({ userId, store: name }, where)) > 0;
}

/** What waits for this user's word, oldest first. A question whose turn is over waits no more, whatever is left of it. */
export async function pendingApprovals(store: Store, userId: string): Promise<readonly Approval[]> {
  const [records, running] = await Promise.all([
    store.find({ userId, store: name }, { where: { state: "pending" }, orderBy: "created_at" }),
    runningTurns(store, userId),
  ]);
  return records.map(approvalOf).filter(({ threadId, turnId }) => running.get(threadId) === turnId);
}

/**
 * Writes down the user's word, once. The same word again is no fault.
 * @returns the thread it is in, and whether this was the first time.
 * @throws `record_not_found` when nothing is asked; `conflict` when the other word was given before; `bad_input` for what
 * is no JSON or does not fit the form.
 */
export async function answerApproval(
  store: Store,
  at: ApprovalAt,
  answer: ConsentAnswer,
): Promise<{ readonly threadId: string; readonly first: boolean }> {
  const record = await store.get(approvalAt(at));
  if (record === undefined) throw notAsked();
  const { threadId } = approvalOf(record);
  const state = answer.approved ? "approved" : "refused";
  if (record.state === "pending") {
    if (answer.approved) checkAnswer(approvalOf(record), answer.arguments);
    const running = await store.get({ userId: at.userId, store: "running_turns", id: threadId });
    if (running?.turn_id !== at.turnId) throw notAsked();
    try {
      const given = { state, answer: answer.arguments ?? null };
      const gone = { arguments: null, why: null, form: null, url: null };
      await store.update(approvalAt(at), { ...given, ...gone }, { state: "pending" });
      return { threadId, first: true };
    } catch (error) {
      if (codeOf(error) === "record_not_found") throw notAsked(); // withdrawn at this moment
      if (codeOf(error) !== "conflict") throw error;
      return answerApproval(store, at, answer); // another was faster
    }
  }
  if (record.state === state) return { threadId, first: false };
  throw new SkeletonError("conflict", `This call was ${String(record.state)} before.`, {
    hint: "The first answer holds.",
  });
}

/** Takes a question of a turn back that nobody has answered; it is left alone where another process has the turn. */
export async function withdrawApproval(store: Store, turn: HeldTurn, at: At): Promise<void> {
  try {
    await store.transaction([
      whileHeld(turn),
      { op: "update", at, changes: { arguments: null }, where: { state: "pending" } },
      { op: "delete", at },
    ]);
  } catch (error) {
    if (!isNotHeld(error)) throw error; // or it is answered, or was never asked
  }
}

/** Takes back all that a turn has asked and nobody has answered; or only what its running calls have asked. */
export async function withdrawApprovals(
  store: Store,
  turn: HeldTurn,
  { ofCalls = false }: { readonly ofCalls?: boolean } = {},
): Promise<void> {
  const place = { userId: turn.userId, store: name };
  const open = await store.find(place, { where: { turn_id: turn.turnId, state: "pending" } });
  for (const { id, of_call: ofCall } of open)
    if (!ofCalls || ofCall !== null) await withdrawApproval(store, turn, { ...place, id });
}

const answerOf = (record: StoreRecord): ConsentAnswer => ({
  approved: record.state === "approved",
  ...given({ arguments: (record.answer as string | null) ?? undefined }),
});

const approvalOf = (record: StoreRecord): Approval => ({
  turnId: record.turn_id as string,
  threadId: record.thread_id as string,
  callId: record.call_id as string,
  name: record.name as string,
  arguments: (record.arguments as string | null) ?? "",
  asked: record.created_at,
  ...given({
    why: (record.why as string | null) ?? undefined,
    form: (record.form as JsonObject | null) ?? undefined,
    once: record.once === true || undefined,
    again: record.again === true || undefined,
    ofCall: (record.of_call as string | null) ?? undefined,
    url: (record.url as string | null) ?? undefined,
    from: (record.asker as string | null) ?? undefined,
  }),
});

const notAsked = () =>
  new SkeletonError("record_not_found", "There is no such question.", {
    hint: "Its turn may be over; GET /api/v1/approvals lists what waits for an answer.",
  });
