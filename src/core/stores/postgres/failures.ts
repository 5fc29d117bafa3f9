import { SkeletonError } from "../../../lib/errors.ts";
import { badInput } from "../bad-input.ts";

/* What PostgreSQL and the way to it may say; https://www.postgresql.org/docs/current/errcodes-appendix.html */

/** Raised by `skeleton_begin`; see schema.ts. */
export const STALE = "SK001";
export const COMMITTED = "SK002";

/** Another transaction came between; the same one again may well succeed. The last: two made the same item. */
const CONFLICTS: ReadonlySet<string> = new Set(["40001", "40P01", "23505"]);
/** The connection, or the server at its other end, cannot go on: shutting down, starting, failed over, too busy. */
const LOST = /^(08...|57P0[1-5]|25P0[34]|53300|25006|E[A-Z_]+)$/;
const LOST_MESSAGES =
  /^(Connection terminated|Client (has encountered a connection error|was closed)|Query read timeout|timeout e)/;

const codeIn = (error: unknown): string => {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === "string" ? code : "";
};

export const isStale = (error: unknown) => codeIn(error) === STALE;
export const isCommitted = (error: unknown) => codeIn(error) === COMMITTED;
export const isConflict = (error: unknown) => CONFLICTS.has(codeIn(error));
export function isLost(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isLost); // each address of a name was tried
  return LOST.test(codeIn(error)) || (error instanceof Error && LOST_MESSAGES.test(error.message));
}

/** Nobody at its address has said a word, not even no. */
export const isUnreachable = (error: unknown): boolean =>
  error instanceof Error && /^timeout expired|due to connection timeout$/.test(error.message);

/** Any error of the database in words for the caller; the cause is for the log. */
export function failureOf(error: unknown): SkeletonError {
  if (error instanceof SkeletonError) return error;
  const code = codeIn(error);
  if (code === "54000")
    return badInput(
      "A text in an indexed field or a key is too long.",
      "Keep it below 2,000 bytes, or put it into a field that has no index.",
    );
  if (code === "42P07")
    return new SkeletonError(
      "schema_changed",
      `The database has tables of no store that it knows: ${(error as Error).message}.`,
      {
        hint: "They were there before a dump was restored: restore it into an empty database.",
        cause: error,
      },
    );
  if (code === "55P03" || isConflict(error))
    return new SkeletonError("store_locked", "Somebody else held what was to be written for too long.", {
      hint: "Try again; if it stays so, look for a long transaction in the database.",
      cause: error,
    });
  if (code === "53100")
    return new SkeletonError("store_full", "The database's disk is full: nothing was written.", {
      hint: "Free space where the database lies, then try again.",
      cause: error,
    });
  if (code === "57014")
    return new SkeletonError("store_unavailable", "The database took too long to answer.", {
      hint: "Try again; if it stays so, see what the database is busy with.",
      cause: error,
    });
  return new SkeletonError("store_unavailable", "The database cannot answer.", {
    hint: "Try again in a moment; if it stays so, check the database server. The cause is in the log.",
    cause: error,
  });
}
