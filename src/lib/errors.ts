import type { CodedError, ErrorCode } from "../protocols/errors.ts";

/**
 * An error with a code for programs, a message that says what happened and a hint that says what to do.
 * `details` are further fields that belong to the code, for example `turnId` with `turn_running`.
 */
export class SkeletonError extends Error implements CodedError {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint: string; cause?: unknown; details?: Readonly<Record<string, string | number>> },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "SkeletonError";
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }
}

/** The caller's input breaks a rule; nothing was done. */
export const badInput = (message: string, hint: string) => new SkeletonError("bad_input", message, { hint });

/** The code of whatever was thrown; `internal` when it has none. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : "internal";
}
