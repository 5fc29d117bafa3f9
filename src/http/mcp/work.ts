import type { HttpContext, LimitName } from "../context.ts";

/** What a called tool answers, in the protocol's words. */
export type CallResult = {
  readonly content: readonly { readonly type: "text"; readonly text: string }[];
  readonly structuredContent?: object;
  readonly isError?: true;
};

/** A call under way: each line is told as progress. */
export type Work = AsyncGenerator<string, CallResult>;

/** For whom a call runs, and what may end it. */
export type Caller = Pick<HttpContext, "host" | "turns"> & {
  readonly userId: string;
  /** The API key that it came with. */
  readonly keyId?: string;
  /** The client does not want it any more. */
  readonly cancelled: AbortSignal;
  /** The client went, so nobody will hear the result. */
  readonly gone: AbortSignal;
  /** @throws `rate_limited`. */
  count(limit: LimitName): Promise<void>;
};
