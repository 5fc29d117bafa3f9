import type { Failure } from "./messages.ts";

/** What the reader is to be told of a request that came to nothing. */
export class Failed extends Error {
  readonly failure: Failure;

  constructor(code: Failure["code"], message: string, hint: string) {
    super(message);
    this.failure = { code, message, hint };
  }
}

/** Whatever was thrown, as it is told. */
export const failureOf = (error: unknown): Failure =>
  error instanceof Failed
    ? error.failure
    : {
        code: "upstream_broken",
        message: `llama.cpp failed: ${error instanceof Error ? error.message : String(error)}`,
        hint: "Try again; if it happens every time, look into the server's log or choose another model.",
      };
