import type { ErrorCode } from "../../../protocols/errors.ts";
import type { StoreOptions, StoreSchema } from "../../../protocols/store.ts";
import type { SearchRequest, Statement, WriteStep } from "../engine.ts";

/* What the host's thread and the database's threads say to each other. */

export type WriteRequest =
  /** `version`: of the definitions that the steps were checked with. */
  | { readonly kind: "write"; readonly version: number; readonly steps: readonly WriteStep[] }
  | {
      readonly kind: "create";
      readonly name: string;
      readonly schema: StoreSchema;
      readonly options: StoreOptions;
    }
  | { readonly kind: "ping" };

export type ReadRequest =
  | { readonly kind: "read"; readonly statement: Statement }
  | { readonly kind: "definitions" }
  | (SearchRequest & { readonly kind: "search" });

export type Request = WriteRequest | ReadRequest | { readonly kind: "close" };

/** A request as it is sent, several in one message. */
export type Numbered<Request> = { readonly id: number; readonly request: Request };

/** An error on its way between threads. `stale`: definitions have changed since; load them and ask again. */
export type Failure = {
  readonly code: ErrorCode | "stale";
  readonly message: string;
  readonly hint: string;
  readonly cause?: string;
};
export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: Failure };
