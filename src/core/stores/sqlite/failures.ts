import { SkeletonError } from "../../../lib/errors.ts";
import type { ErrorCode } from "../../../protocols/errors.ts";
import type { Failure } from "./messages.ts";

/** SQLite's primary result codes, https://sqlite.org/rescode.html. */
const BUSY = 5;
const LOCKED = 6;
const FULL = 13;

/** The request was checked with definitions that another process has changed since. */
export class StaleDefinitions extends Error {}

/** Whether somebody else holds the lock. */
export function isLocked(error: unknown): boolean {
  const code = resultCode(error);
  return code === BUSY || code === LOCKED;
}

/** Any error in words that can be sent to another thread. */
export function failureOf(error: unknown): Failure {
  if (error instanceof StaleDefinitions)
    return { code: "stale", message: "The store has changed.", hint: "Load the definitions and ask again." };
  if (error instanceof SkeletonError) return { code: error.code, message: error.message, hint: error.hint };
  const cause = error instanceof Error ? error.message : String(error);
  if (isLocked(error))
    return {
      code: "store_locked",
      message: "Another process held the database's lock for too long.",
      hint: "Try again; if it stays so, look for a process that keeps the database file open.",
      cause,
    };
  if (resultCode(error) === FULL)
    return {
      code: "store_full",
      message: "The disk is full: nothing was written.",
      hint: "Free space where the database file lies, then try again.",
      cause,
    };
  return {
    code: "store_unavailable",
    message: "The database cannot answer.",
    hint: "Check the database file, its permissions and its disk; the cause is in the log.",
    cause,
  };
}

/** The error for the caller, on the host's thread. */
export function errorOf({ code, message, hint, cause }: Failure): SkeletonError {
  // A request that stays stale through every retry is a store that somebody keeps changing.
  const known: ErrorCode = code === "stale" ? "store_unavailable" : code;
  return new SkeletonError(known, message, {
    hint,
    ...(cause === undefined ? {} : { cause: new Error(cause) }),
  });
}

function resultCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | undefined)?.errcode;
  return typeof code === "number" ? code & 0xff : undefined; // extended codes keep the primary one in their low byte
}
