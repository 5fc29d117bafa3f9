import type { JsonObject } from "../protocols/json.ts";
import type { ModelSettings, Usage } from "../protocols/model.ts";

/** `queued` also between two attempts. The last three are final: a job never leaves them. */
export type JobState = "queued" | "processing" | "done" | "error" | "cancelled";

/** Which job. */
export type JobAt = { readonly userId: string; readonly id: number };

/** A chat role whose instructions may have places for values, as in `{{ language }}`. */
export type TemplateChoice = {
  readonly roleId: string;
  /** Default: the newest. */
  readonly version?: number;
  /** By name; each place without a `?` at its end needs one. */
  readonly variables?: JsonObject;
};

/** Which template instructions were filled from. */
export type FilledTemplate = TemplateChoice & { readonly version: number };

/** What somebody asks for. */
export type JobRequest = {
  readonly userId: string;
  /** The API key that it came with: its mask counts too, also when the job runs; one that ended by then allows nothing. */
  readonly keyId?: string;
  /** What is said to the model: not blank. */
  readonly prompt: string;
  /**
   * The conversation that it goes on: 1 to 200 characters, of the caller's choice. One that is not there yet is made when
   * the job runs. Jobs of one thread run in the order in which they came. Absent: a new thread.
   */
  readonly threadId?: string;
  /** Of the thread, where the job makes it. Default: the beginning of the prompt. */
  readonly title?: string;
  /** Default: the thread's own, else the server's. */
  readonly model?: string;
  /** Key of a system prompt or role. Default: the thread's own, else `default`. */
  readonly systemPrompt?: string;
  /** Instructions for this job alone, in place of the system prompt. */
  readonly instructions?: string;
  /** A chat role in place of `instructions`: what it says when the job is taken, or said in a version. Not with them. */
  readonly template?: TemplateChoice;
  /** Where `instructions` come from; kept with them. */
  readonly filledFrom?: FilledTemplate;
  /** What an assistant is taken to have said before: it stands in the history above the prompt. */
  readonly above?: string;
  /** Where the last message of the user in the thread says the same, that one is answered again instead. */
  readonly unlessAsked?: boolean;
  /** How to generate this one answer, on top of the thread's own settings. */
  readonly settings?: ModelSettings;
  /** Higher first among the jobs of the server; an integer of 32 bits. Default 0. */
  readonly priority?: number;
  /** How often it is tried in all where a failure may pass: 1 to 20. Default: `jobs.attempts`. */
  readonly attempts?: number;
  /** How long one attempt may take, in ms, from when its turn begins. Default: `jobs.timeout_ms`. */
  readonly timeoutMs?: number;
  /** The same key again, of the same user, answers the job that it made, for a day after that is over. */
  readonly idempotencyKey?: string;
  /** Who is told of its end (`POST`): an address of http or https, without a name and a password in it. */
  readonly callbackUrl?: string;
  /** Whatever the caller wants to find in the record again. */
  readonly meta?: JsonObject;
};

/** A job as it stands. Times are ISO 8601 in UTC. */
export type JobRecord = {
  /** Positive; a later job has a greater one. */
  readonly id: number;
  readonly userId: string;
  readonly keyId?: string;
  /** The thread may not be there yet while the job waits. */
  readonly threadId: string;
  readonly title?: string;
  readonly state: JobState;
  /** As it was asked for, `""` where nothing was; once it is over, the one that answered. */
  readonly model: string;
  readonly prompt: string;
  /** Key; `""` where nothing was asked for, until it is over. */
  readonly systemPrompt: string;
  readonly instructions?: string;
  readonly filledFrom?: FilledTemplate;
  /** As in the request. */
  readonly above?: string;
  readonly unlessAsked?: boolean;
  readonly settings?: ModelSettings;
  readonly priority: number;
  /** Which attempt runs, waits to begin, or was the last: from 1. */
  readonly attempt: number;
  readonly attempts: number;
  readonly timeoutMs: number;
  /** The turn of the newest attempt, and the user's message that it answers. */
  readonly turnId?: string;
  readonly messageId?: string;
  /**
   * `done`: the answer. `error`, between two attempts, and while an answer that took too long is stopped: what went wrong, for
   * people. Else `null`.
   */
  readonly result: string | null;
  /**
   * What went wrong, for programs: a code of `src/protocols/errors.ts`, or `job_timeout`, `empty_output`,
   * `worker_crashed`.
   */
  readonly errorCode?: string;
  /** Tokens of the answer, where the model told. */
  readonly usage?: Usage;
  readonly created: string;
  /** When its newest attempt began. */
  readonly started: string | null;
  readonly finished: string | null;
  readonly callbackUrl?: string;
  readonly meta?: JsonObject;
};

export type JobFilter = {
  readonly state?: JobState;
  readonly threadId?: string;
  /** As in the record. */
  readonly model?: string;
  /** At most so many; default 50. */
  readonly limit?: number;
  /** Only jobs with a smaller id: the last one of the page before. */
  readonly before?: number;
};

/** How many jobs there are of each state. */
export type JobCounts = Readonly<Record<JobState, number>>;

/** A stretch of time, for a chart. */
export type JobSpan = {
  /** When it begins, ISO 8601. */
  readonly at: string;
  /** Jobs that came, and that ended, within it. */
  readonly submitted: number;
  readonly done: number;
  readonly error: number;
  readonly cancelled: number;
  /** Jobs that waited or ran when it was over: what there is now, for the newest span. */
  readonly depth: number;
  /**
   * Mean of those that ended within it, in ms, of at most 50: from submission to the newest attempt, and from that to the
   * end. `null` where none did.
   */
  readonly waitMs: number | null;
  readonly runMs: number | null;
};

/** Oldest span first; the newest one ends now. */
export type JobStats = { readonly spanMs: number; readonly spans: readonly JobSpan[] };

/**
 * Turns that nobody watches: they are taken at once and answered when a worker is free. A job that was acknowledged
 * ends in a final state, whatever dies meanwhile, and neither its message nor its answer is stored twice.
 * Somebody else's job is answered like a missing one. Every method may also throw what the store throws.
 */
export type Jobs = {
  /**
   * Durable once it resolves; a retry is safe with an `idempotencyKey`.
   * @throws `bad_input`, also for a template that is not there or lacks a value; `model_not_allowed` for a model that the user may not use; `idempotency_mismatch` for a key of
   * another request.
   */
  submit(request: JobRequest): Promise<JobRecord>;
  /**
   * Several at once, in this order; all are looked at before any is taken. A crash before it resolves may have taken some
   * of them: a retry is safe where each has an `idempotencyKey`. @throws what `submit` throws.
   */
  submitAll(requests: readonly JobRequest[]): Promise<readonly JobRecord[]>;
  /** @throws `job_not_found`. */
  get(at: JobAt): Promise<JobRecord>;
  /** Newest first. */
  list(of: { readonly userId: string }, filter?: JobFilter): Promise<readonly JobRecord[]>;
  counts(of: { readonly userId: string }): Promise<JobCounts>;
  /** For operators: how many wait, of all users; `undefined` where the queue cannot tell. */
  waiting(): Promise<number | undefined>;
  /** The last `hours` (1 to 168) in `spans` (default 24) of the same length. */
  stats(
    of: { readonly userId: string },
    window: { readonly hours: number; readonly spans?: number },
  ): Promise<JobStats>;
  /**
   * Ends a job: one that waits never runs, the turn of one that runs stops soon and what it said is kept. One that is over
   * stays as it is. @throws `job_not_found`.
   */
  cancel(at: JobAt): Promise<JobRecord>;
  /** A new job of the same request. @throws `job_not_found`; what `submit` throws. */
  retry(at: JobAt, options?: Pick<JobRequest, "idempotencyKey" | "keyId">): Promise<JobRecord>;
  /**
   * The job now and at each change, wherever it is run; ends after a final state or when the signal aborts.
   * @throws `job_not_found`, at once.
   */
  watch(at: JobAt, signal: AbortSignal): AsyncIterable<JobRecord>;
  /**
   * Runs jobs until the signal aborts: then no other begins and it resolves soon. A job that runs by then is given back;
   * its turn goes on as long as its server does, and whoever runs the job next takes up what became of it.
   * @param options.concurrency jobs at once, an integer from 1.
   */
  work(options: { readonly concurrency: number }, signal: AbortSignal): Promise<void>;
};
