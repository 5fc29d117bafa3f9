import { codeOf, SkeletonError } from "../lib/errors.ts";
import type { JsonObject } from "../protocols/json.ts";
import type { ModelSettings } from "../protocols/model.ts";
import type { PlanMode } from "../protocols/plan.ts";
import type { Store, StoreRecord, Write } from "../protocols/store.ts";
import type { Held } from "../protocols/threads.ts";
import type { CutBy } from "./history-entries.ts";

/** A turn as it is kept for good. */
export type TurnRecord = {
  readonly turnId: string;
  readonly threadId: string;
  readonly messageId: string;
  readonly model: string;
  /** Key of the system prompt. */
  readonly systemPrompt: string;
  readonly state: "running" | "done" | "failed" | "interrupted";
  readonly error?: string;
  readonly errorCode?: string;
  /** The HTTP status with which the model's provider refused. */
  readonly upstreamStatus?: number;
  /** Who ended one that is `interrupted`. */
  readonly cutBy?: CutBy;
};

/** How a turn ended. */
export type TurnEnd = Pick<TurnRecord, "state" | "error" | "errorCode" | "upstreamStatus" | "cutBy">;

/** What claiming a thread writes down. */
export type Claim = {
  readonly userId: string;
  readonly threadId: string;
  readonly turnId: string;
  readonly messageId: string;
  readonly model: string;
  readonly systemPrompt: string;
  readonly instructions?: string;
  readonly planMode?: PlanMode;
  readonly settings: ModelSettings;
  /** Which process runs it, as `instanceId()` names it. */
  readonly instance: string;
  readonly idempotency?: { readonly key: string; readonly requestHash: string };
};

/**
 * Three stores. `turns` keeps every turn. `running_turns` holds one record a thread that is being answered, with the
 * thread's id as its own: adding it is the claim, and what the turn has said so far lies in its collection `said`.
 * `idempotency_keys` remembers which turn a key began.
 */
export async function createTurnStores(store: Store): Promise<void> {
  await store.createStoreIfNotExists(
    "turns",
    {
      thread_id: "str",
      message_id: "str",
      model: "str",
      system_prompt: "str",
      instructions: "str",
      plan_mode: "json",
      settings: "json",
      state: "str",
      error: "str",
      error_code: "str",
      upstream_status: "int",
      cut_by: "str",
      idempotency_key: "str",
    },
    { indexes: [["thread_id", "created_at"]] },
  );
  await store.createStoreIfNotExists("running_turns", {
    turn_id: "str",
    instance: "str",
    lives: "int",
    tries: "int",
    stop_asked: "bool",
    said: "json_collection",
  });
  await store.createStoreIfNotExists("idempotency_keys", {
    request_hash: "str",
    turn_id: "str",
    thread_id: "str",
    message_id: "str",
  });
}

/**
 * Takes the thread for this turn, durably.
 * @throws `turn_running` when another turn has it; `duplicate_record` when the idempotency key is taken.
 */
export async function claimThread(store: Store, claim: Claim): Promise<void> {
  const { userId, threadId, turnId, messageId, model, systemPrompt, settings, idempotency } = claim;
  const { instructions = null, planMode = null } = claim;
  const steps: Write[] = [];
  if (idempotency) {
    steps.push({
      op: "add",
      in: { userId, store: "idempotency_keys" },
      id: idempotency.key,
      data: {
        request_hash: idempotency.requestHash,
        turn_id: turnId,
        thread_id: threadId,
        message_id: messageId,
      },
    });
  }
  steps.push(
    {
      op: "add",
      in: { userId, store: "running_turns" },
      id: threadId,
      data: { turn_id: turnId, instance: claim.instance },
    },
    {
      op: "add",
      in: { userId, store: "turns" },
      id: turnId,
      data: {
        thread_id: threadId,
        message_id: messageId,
        model,
        system_prompt: systemPrompt,
        instructions,
        plan_mode: planMode as JsonObject | null,
        settings: settings as JsonObject,
        state: "running",
        idempotency_key: idempotency?.key ?? null,
      },
    },
  );
  try {
    await store.transaction(steps);
  } catch (error) {
    const running = codeOf(error) === "duplicate_record" && (await runningTurnOf(store, claim));
    if (!running) throw error;
    throw new SkeletonError("turn_running", "A turn is running in this thread.", {
      hint: "Wait for it to end, or stop it first.",
      cause: error,
      details: { turnId: running },
    });
  }
}

/** Whose turn, and where. */
export type TurnPlace = Pick<Claim, "userId" | "threadId" | "turnId">;

/** Which turn, for whoever need not know where. */
export type TurnAt = Pick<Claim, "userId" | "turnId">;
/** A turn as the process has it that runs it. */
export type HeldTurn = TurnPlace & Pick<Claim, "instance">;

/**
 * What a process has that has the turn. One that was silent for longer than its lease, as a machine that slept, finds its
 * turn ended or taken over, and perhaps another one in its thread: what it still has to say about it must not come to that.
 */
export const heldOf = ({ userId, threadId, turnId, instance }: HeldTurn): Held => ({
  at: { userId, store: "running_turns", id: threadId },
  where: { turn_id: turnId, instance },
});

/** A step that lets the others of its transaction happen only while this process has the turn. */
export const whileHeld = (turn: HeldTurn): Write => ({ op: "update", changes: {}, ...heldOf(turn) });

/** Whether this process has the turn. */
export async function isHeld(
  store: Store,
  { userId, threadId, turnId, instance }: HeldTurn,
): Promise<boolean> {
  const record = await store.get({ userId, store: "running_turns", id: threadId });
  return record?.turn_id === turnId && record.instance === instance;
}

/** What `whileHeld` refuses with, and the `thread` role, when the turn is over, or another process has it. */
export const isNotHeld = (error: unknown): boolean =>
  ["not_held", "conflict", "record_not_found"].includes(codeOf(error));

/**
 * Claims the thread anew for a turn that another process took back, because nothing had been said yet.
 * @returns whether this process has it again: what another one has ended, or is about to, stays as it is.
 * @throws what `claimThread` throws.
 */
export async function renewClaim(store: Store, claim: Claim): Promise<boolean> {
  const { userId, turnId: id } = claim;
  if ((await store.get({ userId, store: "turns", id })) !== undefined) return isHeld(store, claim);
  await claimThread(store, claim);
  return true;
}

/**
 * Ends a turn: its final state, the thread's release and what `also` says in one step.
 * @throws what `isNotHeld` tells; nothing was written then.
 */
export async function releaseThread(
  store: Store,
  held: HeldTurn,
  end: TurnEnd,
  also: readonly Write[] = [],
): Promise<void> {
  const { userId, threadId, turnId } = held;
  await store.transaction([
    whileHeld(held),
    {
      op: "update",
      at: { userId, store: "turns", id: turnId },
      changes: {
        state: end.state,
        error: end.error ?? null,
        error_code: end.errorCode ?? null,
        upstream_status: end.upstreamStatus ?? null,
        cut_by: end.cutBy ?? null,
      },
    },
    { op: "delete", at: { userId, store: "running_turns", id: threadId } },
    ...also,
  ]);
}

/**
 * Takes a claim back as if it had never been made: for a turn whose message was never acknowledged. One that another process
 * has taken back or taken over is left alone.
 */
export async function withdrawClaim(
  store: Store,
  held: HeldTurn,
  idempotencyKey: string | undefined,
): Promise<void> {
  const { userId, threadId, turnId } = held;
  const steps: Write[] = [
    whileHeld(held),
    { op: "delete", at: { userId, store: "turns", id: turnId } },
    { op: "delete", at: { userId, store: "running_turns", id: threadId } },
  ];
  if (idempotencyKey !== undefined) {
    steps.push({ op: "delete", at: { userId, store: "idempotency_keys", id: idempotencyKey } });
  }
  try {
    await store.transaction(steps);
  } catch (error) {
    if (!isNotHeld(error)) throw error;
  }
}

/** Id of the turn that runs in a thread, if any. */
async function runningTurnOf(
  store: Store,
  { userId, threadId }: { readonly userId: string; readonly threadId: string },
): Promise<string | undefined> {
  const record = await store.get({ userId, store: "running_turns", id: threadId });
  return record?.turn_id as string | undefined;
}

/** Thread id to turn id, of everything of this user's that runs. */
export async function runningTurns(store: Store, userId: string): Promise<ReadonlyMap<string, string>> {
  const records = await store.find({ userId, store: "running_turns" });
  return new Map(records.map((record) => [record.id, record.turn_id as string]));
}

/** @throws `turn_not_found`. */
export async function turnRecord(store: Store, { userId, turnId }: TurnAt): Promise<TurnRecord> {
  const record = await store.get({ userId, store: "turns", id: turnId });
  if (record) return turnRecordOf(record);
  throw new SkeletonError("turn_not_found", "Turn not found.", {
    hint: "Check the id, or list the thread's messages.",
  });
}

/** The newest turn of a thread, if it ever had one. */
export async function lastTurnOf(
  store: Store,
  { userId, threadId }: { readonly userId: string; readonly threadId: string },
): Promise<TurnRecord | undefined> {
  const [record] = await store.find(
    { userId, store: "turns" },
    { where: { thread_id: threadId }, orderBy: "created_at", descending: true, limit: 1 },
  );
  return record && turnRecordOf(record);
}

const turnRecordOf = (record: StoreRecord): TurnRecord => ({
  turnId: record.id,
  threadId: record.thread_id as string,
  messageId: record.message_id as string,
  model: record.model as string,
  systemPrompt: record.system_prompt as string,
  state: record.state as TurnRecord["state"],
  ...(typeof record.error === "string" ? { error: record.error } : {}),
  ...(typeof record.error_code === "string" ? { errorCode: record.error_code } : {}),
  ...(typeof record.upstream_status === "number" ? { upstreamStatus: record.upstream_status } : {}),
  ...(typeof record.cut_by === "string" ? { cutBy: record.cut_by as CutBy } : {}),
});
