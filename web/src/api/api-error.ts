import { words } from "../words/language.ts";

/** A call that did not succeed. `status` is HTTP's; 0 when no answer came. `message` is a sentence to show. */
export class ApiError extends Error {
  readonly status: number;
  /** What the server calls it (`src/protocols/errors.ts`), where it was the server that answered. */
  readonly code: string | undefined;
  /** With 409: the turn that is running in the thread. */
  readonly turnId: string | undefined;

  constructor(
    status: number,
    message: string,
    options: { cause?: unknown; code?: string; turnId?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ApiError";
    this.status = status;
    this.code = options.code;
    this.turnId = options.turnId;
  }
}

export const statusOf = (error: unknown): number | undefined =>
  error instanceof ApiError ? error.status : undefined;

export const codeOf = (error: unknown): string | undefined =>
  error instanceof ApiError ? error.code : undefined;

/** Worth trying again by itself: no answer, too early, too often, or the server's own trouble. */
export const isPassing = (error: unknown): boolean => {
  const status = statusOf(error);
  return status !== undefined && (status === 0 || status === 408 || status === 429 || status >= 500);
};

/** The sentence to show for whatever was thrown. */
export function sentenceOf(error: unknown): string {
  const { session, errors } = words();
  if (!(error instanceof ApiError)) return session.pageTrouble;
  return error.status === 401 ? session.signedOut : errors.tell(error.code, error.message);
}

/** The server's `detail`: a sentence, or a list of faults of the request. */
export function detailOf(body: unknown, status: number): string {
  const detail = (body as { detail?: unknown } | null | undefined)?.detail;
  if (typeof detail === "string" && detail !== "") return detail;
  if (Array.isArray(detail)) {
    const faults = detail.flatMap((fault: unknown) => {
      const message = (fault as { msg?: unknown } | null)?.msg;
      return typeof message === "string" ? [message] : [];
    });
    if (faults.length > 0) return faults.join(" ");
  }
  return words().session.statusAlone(status);
}
