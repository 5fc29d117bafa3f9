import { createHash } from "node:crypto";
import { SkeletonError } from "../lib/errors.ts";
import { given } from "../lib/given.ts";
import type { JsonObject } from "../protocols/json.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Queue, Job as QueuedJob } from "../protocols/queue.ts";
import type { Store } from "../protocols/store.ts";
import { checkRequest } from "./check-request.ts";
import { fillIn } from "./fill-in.ts";
import type { JobRequest } from "./job.ts";
import { addJob, findJob, type KeptJob } from "./job-records.ts";

export const queueName = "jobs";

/**
 * The queue counts a run that waits for its thread as a try, and a job does not: attempts are counted in its record. This
 * many times nothing is tried in the life of a server.
 */
const queueTries = 1_000_000;

/** What goes through the queue: all that a job is made of, should its sender die before it has a record. */
type Payload = Omit<JobRequest, "userId" | "idempotencyKey" | "template"> & {
  readonly threadId: string;
  readonly created: string;
  readonly requestHash?: string;
};

/**
 * Takes jobs, in this order: they are in the queue first, and then have records.
 * @returns the jobs as they stand, and which of them this call has made.
 */
export async function submitJobs(
  { host, store, queue }: { readonly host: Host; readonly store: Store; readonly queue: Queue },
  requests: readonly JobRequest[],
): Promise<readonly { readonly job: KeptJob; readonly isNew: boolean }[]> {
  await Promise.all(requests.map((request) => checkRequest(host, request)));
  const filled = await Promise.all(requests.map((request) => fillIn(host, request)));
  checkFilled(filled);
  return Promise.all(
    requests.map(async (request, index) => {
      const payload = payloadOf(host, filled[index] ?? request, hashOf(request));
      const id = await send(host, queue, request, payload);
      const known =
        request.idempotencyKey === undefined ? undefined : await findJob(store, { ...request, id });
      if (known === undefined) {
        const job = await addJob(store, jobOf(host, { id, userId: request.userId, payload }));
        return { job, isNew: true };
      }
      if (known.requestHash !== payload.requestHash) throw mismatch();
      return { job: known, isNew: false };
    }),
  );
}

/** Characters of all texts that templates of one call make: a call of a megabyte made 900 of them. */
const filledAtMost = 10_000_000;

/** @throws `bad_input`. */
function checkFilled(requests: readonly JobRequest[]): void {
  const made = requests.map(({ filledFrom, instructions = "" }) => (filledFrom ? instructions.length : 0));
  if (made.reduce((sum, length) => sum + length, 0) <= filledAtMost) return;
  throw new SkeletonError(
    "bad_input",
    `Filled in, the templates of these jobs have more than ${filledAtMost} characters.`,
    { hint: "Send fewer jobs at once, or shorter values." },
  );
}

/** The record of a job that was sent; made now where its sender died before it was. */
export async function recordOf(host: Host, store: Store, sent: QueuedJob): Promise<KeptJob> {
  const payload = sent.payload as unknown as Payload;
  return (await findJob(store, sent)) ?? addJob(store, jobOf(host, { ...sent, payload }));
}

/** @param requestHash of what was asked for, whatever a template says by now. */
function payloadOf(host: Host, request: JobRequest, requestHash: string): Payload {
  const { userId: _, idempotencyKey, template: __, ...asked } = request;
  return {
    ...asked,
    threadId: asked.threadId ?? host.newId(),
    created: host.now().toISOString(),
    ...(idempotencyKey !== undefined && { requestHash }),
  };
}

function hashOf({ userId: _, idempotencyKey: __, ...asked }: JobRequest): string {
  return digest(JSON.stringify(asked));
}

function send(host: Host, queue: Queue, request: JobRequest, payload: Payload): Promise<number> {
  const { userId, priority, idempotencyKey } = request;
  const { backoff_ms: firstMs, max_backoff_ms: maxMs } = host.config.jobs;
  const options = {
    orderKey: payload.threadId,
    attempts: queueTries,
    backoff: { firstMs, maxMs: Math.max(firstMs, maxMs) },
    ...given({ priority }),
    // A digest, because a caller's key may be as long as the queue's.
    ...(idempotencyKey !== undefined && { idempotencyKey: `job ${digest(idempotencyKey)}` }),
  };
  return queue.send({ userId, queue: queueName, payload: payload as unknown as JsonObject, options });
}

const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");

function jobOf(
  host: Host,
  { id, userId, payload }: { readonly id: number; readonly userId: string; readonly payload: Payload },
): KeptJob {
  const { prompt, threadId, created, requestHash } = payload;
  const { keyId, title, instructions, filledFrom, above, unlessAsked, settings, callbackUrl, meta } = payload;
  const { jobs } = host.config;
  return {
    ...{ id, userId, threadId, prompt, created, state: "queued" },
    model: payload.model ?? "",
    systemPrompt: payload.systemPrompt ?? "",
    priority: payload.priority ?? 0,
    attempt: 1,
    attempts: payload.attempts ?? jobs.attempts,
    timeoutMs: payload.timeoutMs ?? jobs.timeout_ms,
    ...{ result: null, started: null, finished: null, crashes: 0 },
    ...given({ keyId, title, instructions, filledFrom, above, unlessAsked, settings, callbackUrl, meta }),
    ...given({ requestHash }),
  };
}

const mismatch = () =>
  new SkeletonError("idempotency_mismatch", "This Idempotency-Key was used for another job.", {
    hint: "Use a new key for a new job.",
  });
