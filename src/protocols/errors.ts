/**
 * What programs may tell apart. A code is never renamed and never given a second meaning.
 *
 * Anything thrown across a contract carries `code`, `message` and `hint`; callers look at `code` and never at
 * `instanceof`, because a plugin has no class of ours to throw. The HTTP status of a code is decided in `src/http/`.
 */
export type ErrorCode =
  /** The caller's input breaks a rule of the contract. Nothing was done. */
  | "bad_input"
  /** The record is missing, or it is somebody else's: the two are never told apart. */
  | "record_not_found"
  /** `add` was given an id that exists already. Nothing was written. */
  | "duplicate_record"
  /** A compare-and-set found another value than it was told to expect. Read again, decide again. */
  | "conflict"
  | "thread_not_found"
  | "message_not_found"
  | "turn_not_found"
  | "job_not_found"
  /** A turn runs in this thread. The error's `details.turnId` names it. */
  | "turn_running"
  /** What the caller built on is no longer the newest. */
  | "stale"
  /** What the caller had to have in order to write is somebody else's by now, or gone. Nothing was written; the same again is in vain. */
  | "not_held"
  /** The log no longer holds what follows this cursor, or never did: load the whole state again. */
  | "cursor_lost"
  /** An `Idempotency-Key` was used before with another request. */
  | "idempotency_mismatch"
  | "not_authenticated"
  | "invalid_token"
  | "invalid_credentials"
  | "forbidden"
  | "model_not_allowed"
  | "model_not_found"
  /** Too many calls. The error's `details.retryAfterSeconds` says when the next one will be heard. */
  | "rate_limited"
  | "too_large"
  /** Something to fetch that is not on the public internet, nor in `outbound.allow`. Nothing was sent. */
  | "address_not_allowed"
  /** The upstream could not be reached, or the connection took too long. */
  | "upstream_unreachable"
  /** The upstream answered with an error status or an error object. */
  | "upstream_refused"
  /** Whoever pays there has nothing left to spend. A retry is in vain until that is raised or begins anew. */
  | "upstream_budget"
  /** The model cannot be run as it stands: its file is missing, damaged or unknown, or larger than memory. A retry is in vain. */
  | "upstream_unusable"
  /** What the model has to read does not fit into it, however much is left out. A retry is in vain. */
  | "upstream_overflow"
  /** The upstream was silent for longer than allowed. */
  | "upstream_timeout"
  /** The upstream's answer ended too early or cannot be read. */
  | "upstream_broken"
  /** Another process held the database's lock for too long. A retry is safe. */
  | "store_locked"
  /** The disk is full. Nothing of the call was written; what was acknowledged before is safe. */
  | "store_full"
  | "store_unavailable"
  /** The stored data has another shape than this version wants, and changing it would lose something. */
  | "schema_changed"
  | "config_invalid"
  | "plugin_invalid"
  | "role_missing"
  | "shutting_down"
  | "internal";

/** The shape of every error that crosses a contract; `cause` keeps the error underneath. */
export interface CodedError extends Error {
  readonly code: ErrorCode;
  /** What to do about it, as an action. */
  readonly hint: string;
}
