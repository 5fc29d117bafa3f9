import type { ErrorCode } from "../../../protocols/errors.ts";
import type { StoreOptions, StoreSchema } from "../../../protocols/store.ts";
import type { FullDefinition } from "../definition.ts";
import type { Range } from "../excerpt.ts";
import type { SqlValue } from "../values.ts";

/* What the host's thread and the database's threads say to each other. All texts are encoded as they are kept. */

export type Statement = { readonly sql: string; readonly params: readonly SqlValue[] };
/** A text for the index: `field` is `title` or `messages.content`; `null` takes it out. */
export type IndexText = readonly [field: string, text: string | null];

export type ImportedItem = {
  readonly field: string;
  readonly position: number;
  readonly item: string;
  readonly key: string | null;
  readonly texts: readonly IndexText[];
};

type Target = { readonly store: string; readonly userId: string; readonly id: string };
/** A step of a transaction, checked and encoded. `time` is the host's. */
export type WriteStep =
  | (Target & {
      readonly op: "add";
      readonly time: string;
      readonly columns: readonly string[];
      readonly values: readonly SqlValue[];
      readonly texts: readonly IndexText[];
    })
  | (Target & {
      readonly op: "update";
      readonly time: string;
      readonly columns: readonly string[];
      readonly values: readonly SqlValue[];
      readonly texts: readonly IndexText[];
      readonly where: Statement | undefined;
    })
  | (Target & { readonly op: "delete" })
  | (Target & {
      readonly op: "import";
      readonly created: string;
      readonly updated: string;
      readonly columns: readonly string[];
      readonly values: readonly SqlValue[];
      readonly texts: readonly IndexText[];
      readonly items: readonly ImportedItem[];
    })
  | (Target & {
      readonly op: "append";
      readonly time: string;
      readonly field: string;
      readonly item: string;
      readonly key: string | null;
      readonly position: number | null;
      readonly texts: readonly IndexText[];
    });

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

export type SearchRequest = {
  readonly kind: "search";
  readonly store: string;
  readonly userId: string;
  readonly query: string;
  readonly offset: number;
  readonly limit: number | undefined;
  readonly where: Statement | undefined;
  readonly perRecord: boolean;
  /** Columns of a record, by their names in SQL. */
  readonly columns: readonly string[];
};

export type ReadRequest =
  | { readonly kind: "read"; readonly statement: Statement }
  | { readonly kind: "definitions" }
  | SearchRequest;

export type Request = WriteRequest | ReadRequest | { readonly kind: "close" };

/** How many changes definitions have seen, and all of them. */
export type Definitions = { readonly version: number; readonly definitions: readonly FullDefinition[] };

/** What each step did: `add` its id, `append` its position, `delete` and `import` 1 or 0, `update` nothing. */
export type StepResult = string | number | null;
export type Row = readonly SqlValue[];
export type FoundText = {
  readonly record: Row;
  readonly field: string;
  readonly position: number | null;
  readonly item: string | null;
  readonly snippet: string;
  readonly marks: readonly Range[];
};

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
