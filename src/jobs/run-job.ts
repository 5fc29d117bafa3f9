import { codeOf } from "../lib/errors.ts";
import { given } from "../lib/given.ts";
import { within } from "../lib/time-limit.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Place, Job as QueuedJob } from "../protocols/queue.ts";
import type { Store, Write } from "../protocols/store.ts";
import type { Started } from "../protocols/turn-request.ts";
import type { Turns } from "../turns/create-turns.ts";
import { toldOf } from "../turns/run-turn.ts";
import type { TurnOutcome } from "../turns/turn-outcome.ts";
import { answerJob, threadTaken } from "./answer-job.ts";
import type { JobRecord } from "./job.ts";
import { changeJob, findJob, isOver, type JobChanges, type KeptJob } from "./job-records.ts";
import { recordOf } from "./submit-jobs.ts";
import { type Failure, failed, type Verdict, verdictOn } from "./verdict.ts";

/** How many workers may die under one attempt: a job that kills what runs it must not do so for ever. */
const mostCrashes = 2;

/** A turn that lasts longer is told in its job's record while it runs, too; for others that would be a write in vain. */
const noteAfterMs = 250;

/** How often it is looked whether a job only waits for its user's word, in ms: far below what giving that takes. */
const lookMs = 250;

/** How long a turn that was stopped has to end. */
const stopMs = 5_000;

/** Not about the job: it is given back, and its attempt does not count. */
const notItsFault: readonly string[] = ["store_locked", "store_full", "store_unavailable", "shutting_down"];

/** What else happens with the end of a job. */
export type AtEnd = {
  /** What is to be written in one step with it. @param job as it will be. */
  steps(job: JobRecord): Promise<readonly Write[]>;
  /** It was written. */
  written(): void;
};

/** How a job can end. */
export type JobEnd = "done" | "error" | "cancelled";

/** Whoever counts what becomes of jobs. */
export type JobObserver = {
  /** A worker has begun with one; and has let go of it, over or not. */
  began(): void;
  left(): void;
  /** One is over; seconds since it was submitted. */
  ended(state: JobEnd, seconds: number): void;
};

export type Runner = {
  readonly observer: JobObserver;
  readonly atEnd: AtEnd;
  readonly host: Host;
  readonly store: Store;
  readonly turns: Turns;
  /** Tells whoever watches this job that something has become of it. */
  changed(id: number): void;
  /** The same, and the account. */
  tell(job: JobRecord, event: "job_queued" | "job_started" | "job_ended"): void;
};

/**
 * Runs a job of the queue, from wherever an earlier run has left it.
 * @throws when it is to run again: later, where the queue hears a failure, and at once where `signal` has aborted.
 */
export async function runJob(
  runner: Runner,
  { sent, place }: { readonly sent: QueuedJob; readonly place: Place | undefined },
  signal: AbortSignal,
): Promise<void> {
  const { host, store } = runner;
  const job = await recordOf(host, store, sent);
  if (isOver(job)) return;
  // Whoever gave it back has said so; one that still runs has lost its worker.
  const crashes = job.state === "processing" ? job.crashes + 1 : job.crashes;
  const begun = { state: "processing", started: host.now().toISOString(), crashes } as const;
  if (!(await changeJob(store, job, begun))) return; // cancelled in between
  const running = { ...job, ...begun };
  runner.tell(running, "job_started");
  runner.observer.began();
  try {
    const { verdict, turn } = await attempt(runner, running, place, signal);
    if (verdict.state === "error" && verdict.mayPass && job.attempt < job.attempts)
      await comeAgain(runner, running, verdict, turn);
    else await finish(runner, running, verdict, turn);
  } catch (error) {
    await giveBack(runner, running, error, signal);
  } finally {
    runner.observer.left();
  }
}

const tooOften = failed("worker_crashed", "The worker stopped three times while it ran this job.");

/** Whoever let a job take no longer may be killed before the end of the job is written; that its time was over is known. */
const timedOut = ({ errorCode }: KeptJob): boolean => errorCode === "job_timeout";

const tookLonger = ({ timeoutMs }: KeptJob): Failure =>
  failed("job_timeout", `The answer took longer than ${timeoutMs / 1000} s.`);

/** A turn that came to an end by itself counts, however often a worker died; without one the job is given up. */
function comeTo(outcome: TurnOutcome | undefined, job: KeptJob): Verdict {
  const verdict = outcome && verdictOn(outcome);
  const isStopped = verdict === undefined || verdict.state === "cancelled";
  if (isStopped && timedOut(job)) return tookLonger(job);
  return verdict ?? tooOften;
}

/** What is known of the turn of an attempt. */
type Ended = Partial<Started> & { readonly model?: string; readonly systemPrompt?: string };

/** @throws when the job is given back, or was cancelled. */
async function attempt(
  runner: Runner,
  job: KeptJob,
  place: Place | undefined,
  signal: AbortSignal,
): Promise<{ readonly verdict: Verdict; readonly turn: Ended }> {
  const { host, turns } = runner;
  const timeout = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  let started: Started | undefined;
  const lent = lendWhile(place, () => started !== undefined && turns.onlyAsks({ ...job, ...started }));
  const hear = (turn: Started): AbortSignal => {
    started = turn;
    for (const timer of timers.splice(0)) clearTimeout(timer);
    const note = () => host.background("note a job's turn", () => noteTurn(runner, job, turn));
    timers.push(setTimeout(() => timeout.abort(), job.timeoutMs).unref());
    timers.push(setTimeout(note, noteAfterMs).unref());
    return AbortSignal.any([signal, timeout.signal]);
  };
  const stop = async () => {
    if (started !== undefined) await within(stopMs, turns.stop({ ...job, ...started }), undefined);
  };
  const mayBegin = job.crashes <= mostCrashes && !timedOut(job);
  try {
    const outcome = await answerJob(turns, job, { mayBegin, hear }, signal);
    return { verdict: comeTo(outcome, job), turn: outcome?.turn ?? started ?? {} };
  } catch (error) {
    if (signal.aborted && (await wasCancelled(runner, job))) await stop();
    if (signal.aborted || error === threadTaken || notItsFault.includes(codeOf(error))) throw error;
    if (timeout.signal.aborted) {
      const verdict = tookLonger(job);
      const { result, errorCode } = verdict;
      // Before its turn looks like one that somebody stopped.
      await changeJob(runner.store, job, { result, errorCode }, ["processing"]);
      await stop();
      return { verdict, turn: started ?? {} };
    }
    host.log.info({ err: error, job: job.id }, "a job could not be answered");
    return { verdict: failed(codeOf(error), toldOf(error)), turn: started ?? {} };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    lent.end();
  }
}

/** Others run in its place as long as `waits` says so, which is looked at now and then. */
function lendWhile(place: Place | undefined, waits: () => boolean): { end(): void } {
  let takeBack: (() => void) | undefined;
  const look = setInterval(() => {
    if (waits()) takeBack ??= place?.lend();
    else {
      takeBack?.();
      takeBack = undefined;
    }
  }, lookMs).unref();
  return {
    end() {
      clearInterval(look);
      takeBack?.();
    },
  };
}

async function noteTurn(
  { store, changed }: Runner,
  job: KeptJob,
  { turnId, messageId }: Started,
): Promise<void> {
  if (await changeJob(store, job, { turnId, messageId }, ["processing"])) changed(job.id);
}

async function finish(runner: Runner, job: KeptJob, verdict: Verdict, turn: Ended = {}): Promise<void> {
  const { turnId, messageId, model, systemPrompt } = turn;
  const { state, result } = verdict;
  const errorCode = verdict.state === "error" ? verdict.errorCode : null;
  const usage = verdict.state === "cancelled" ? undefined : verdict.usage;
  const now = runner.host.now();
  const finished = now.toISOString();
  const changes: JobChanges = {
    ...{ state, result, errorCode, finished },
    ...given({ usage, turnId, messageId, model, systemPrompt }),
  };
  const also = await runner.atEnd.steps({
    ...job,
    ...given({ ...changes, errorCode: errorCode ?? undefined }),
  });
  if (!(await changeJob(runner.store, job, changes, undefined, also))) return; // cancelled meanwhile
  runner.observer.ended(state, (now.getTime() - Date.parse(job.created)) / 1000);
  runner.tell({ ...job, state }, "job_ended");
  runner.atEnd.written();
}

/** The attempt has failed and the next one may not. @throws always, so that the queue makes a pause. */
async function comeAgain(
  { store, tell }: Runner,
  job: KeptJob,
  { result, errorCode }: Failure,
  { turnId, messageId }: Ended,
): Promise<void> {
  const next = { state: "queued", attempt: job.attempt + 1, crashes: 0 } as const;
  const changes = { ...next, result, errorCode, ...given({ turnId, messageId, failedTurn: turnId }) };
  if (!(await changeJob(store, job, changes))) return;
  tell({ ...job, ...next }, "job_queued");
  throw new JobGivenBack(errorCode);
}

/** @throws `error`, unless the job was cancelled. */
async function giveBack(
  { host, store, tell }: Runner,
  job: KeptJob,
  error: unknown,
  signal: AbortSignal,
): Promise<void> {
  if (error instanceof JobGivenBack) throw error;
  if (!signal.aborted && error !== threadTaken)
    host.log.warn({ err: error, job: job.id }, "a job is given back");
  if (await wasCancelled({ store }, job)) return;
  if (await changeJob(store, job, { state: "queued" }, ["processing"]))
    tell({ ...job, state: "queued" }, "job_queued");
  throw error;
}

async function wasCancelled({ store }: Pick<Runner, "store">, job: KeptJob): Promise<boolean> {
  const now = await findJob(store, job);
  return now === undefined || isOver(now);
}

/** Tells the queue that a job is to be run again; it waits in its record already. */
class JobGivenBack extends Error {}
