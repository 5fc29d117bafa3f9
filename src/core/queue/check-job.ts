import { SkeletonError } from "../../lib/errors.ts";
import { jsonText } from "../../lib/json-text.ts";
import type { JsonObject } from "../../protocols/json.ts";
import type { SendOptions } from "../../protocols/queue.ts";
import type { NewJob } from "./send-job.ts";
import { idOf } from "./tables.ts";

/** A job as it is kept. @throws `bad_input` for whatever breaks the rules of the contract. */
export function checkJob(sent: {
  readonly userId: string;
  readonly queue: string;
  readonly payload: JsonObject;
  readonly options?: SendOptions;
}): NewJob {
  const { userId, queue, payload, options = {} } = sent;
  const { priority = 0, attempts = 1, backoff, orderKey, idempotencyKey } = options;
  checkName("userId", userId);
  checkName("queue", queue);
  if (orderKey !== undefined) checkName("orderKey", orderKey);
  if (idempotencyKey !== undefined) checkName("idempotencyKey", idempotencyKey);
  checkInteger("priority", priority, -(2 ** 31));
  checkInteger("attempts", attempts, 1);
  if (backoff !== undefined) {
    checkInteger("backoff.firstMs", backoff.firstMs, 1);
    checkInteger("backoff.maxMs", backoff.maxMs, backoff.firstMs);
  }
  if (typeof payload !== "object" || payload === null || Array.isArray(payload))
    throw badInput("A job's payload is no object.");
  return {
    user: userId,
    queue,
    payload: jsonText(payload),
    priority,
    attempts,
    backoff: backoff === undefined ? null : { firstMs: backoff.firstMs, maxMs: backoff.maxMs },
    line: orderKey === undefined ? null : idOf(queue, userId, orderKey),
    idempotencyKey,
  };
}

/** @throws `bad_input` unless it is 1 to 200 characters. */
export function checkName(what: string, value: string): void {
  if (typeof value !== "string" || value === "" || value.length > 200)
    throw badInput(`The job's \`${what}\` is no text of 1 to 200 characters.`);
}

/** @throws `bad_input` unless it is an integer from `least` on that 32 bits hold. */
export function checkInteger(what: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least || value >= 2 ** 31)
    throw badInput(`The job's \`${what}\` is no integer from ${least} on.`);
}

const badInput = (message: string): SkeletonError =>
  new SkeletonError("bad_input", message, { hint: "See src/protocols/queue.ts for what is allowed." });
