import { codeOf } from "../lib/errors.ts";
import { given } from "../lib/given.ts";
import type { Started, TurnRequest } from "../protocols/turn-request.ts";
import type { Turns } from "../turns/create-turns.ts";
import type { TurnOutcome } from "../turns/turn-outcome.ts";
import type { KeptJob } from "./job-records.ts";

/** How long a job waits in its worker for a turn that somebody else has in its thread; then others have the worker. */
const patienceMs = 5_000;

/** Its thread is somebody else's for longer: the job is to come again. */
export const threadTaken = new DOMException("Another turn has the thread.", "TimeoutError");

/**
 * The answer to a job's message: the turn that an earlier run of this attempt has begun, or one that is begun now. A turn
 * that was cut short because its server went is followed by another. Each turn's idempotency key says which one was before
 * it, so however often this is begun anew, there is one message and one turn at a time.
 * @param options.mayBegin whether a turn may be begun. If not, what earlier runs have begun is all there is.
 * @param options.hear is told of each turn; its signal ends the waiting for it.
 * @returns nothing where a turn would have to be begun that may not be.
 * @throws what `turns.start` throws; `threadTaken`; the signal's reason, and the turn goes on.
 */
export async function answerJob(
  turns: Turns,
  job: KeptJob,
  { mayBegin, hear }: { readonly mayBegin: boolean; readonly hear: (started: Started) => AbortSignal },
  signal: AbortSignal,
): Promise<TurnOutcome | undefined> {
  let before = job.failedTurn;
  let messageId = job.messageId;
  for (;;) {
    // An earlier run may have been of another version, whose requests look different: its turn is the job's all the same.
    const begun = await turns.begun({ ...job, idempotencyKey: keyOf(job, before) });
    if (begun === undefined && !mayBegin) return undefined;
    const started = begun ?? (await startInTime(turns, requestOf(job, before, messageId), signal));
    const outcome = await unlessGone(turns.outcome({ ...job, turnId: started.turnId }, hear(started)));
    if (outcome === undefined) continue; // killed before its message was safe: as if it had not been begun
    const { state, cutBy } = outcome.turn;
    if (state !== "interrupted" || cutBy !== "server") return outcome;
    before = started.turnId;
    messageId = started.messageId;
  }
}

/** No header of a request can hold this arrow: what a user's own keys begin is never taken for a job's turn. */
const keyOf = ({ id }: KeptJob, before: string | undefined): string =>
  before === undefined ? `job→${id}` : `job→${id}→${before}`;

function requestOf(job: KeptJob, before: string | undefined, messageId: string | undefined): TurnRequest {
  const { userId, keyId, threadId, model, systemPrompt, instructions, settings, prompt, title } = job;
  const { above, unlessAsked } = job;
  const how = {
    ...{ userId, threadId, idempotencyKey: keyOf(job, before) },
    // What was not asked for is the thread's own.
    ...given({ model: model || undefined, systemPrompt: systemPrompt || undefined }),
    ...given({ keyId, instructions, overrides: settings }),
  };
  if (before !== undefined && messageId !== undefined) return { ...how, kind: "regenerate", messageId };
  return {
    ...how,
    kind: "message",
    content: prompt,
    orNew: given({ title }),
    ...given({ above, unlessAsked }),
  };
}

/** Begins the turn once the thread is free. */
async function startInTime(turns: Turns, request: TurnRequest, signal: AbortSignal): Promise<Started> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(threadTaken), patienceMs).unref();
  const waiting = AbortSignal.any([signal, patience.signal]);
  try {
    for (;;) {
      waiting.throwIfAborted();
      try {
        return await turns.start(request);
      } catch (error) {
        // It was taken, and is free again; or is just taken back from a worker that was silent for too long.
        if (codeOf(error) === "duplicate_record" || codeOf(error) === "not_held") continue;
        if (codeOf(error) !== "turn_running") throw error;
        const { turnId } = (error as { readonly details: { readonly turnId: string } }).details;
        await unlessGone(turns.outcome({ userId: request.userId, turnId }, waiting));
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

async function unlessGone<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (codeOf(error) === "turn_not_found") return undefined;
    throw error;
  }
}
