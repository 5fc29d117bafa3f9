import type { Find, StoreOptions, StoreRecord, StoreSchema, Where } from "../../protocols/store.ts";
import type { FullDefinition } from "./definition.ts";
import type { Range } from "./excerpt.ts";
import type { SqlValue } from "./values.ts";

/*
 * What `openEngineStore` needs of a database. It checks and encodes what callers say and decodes what they get; an engine
 * keeps it. All texts are encoded as they are kept.
 */

export type Statement = { readonly sql: string; readonly params: readonly SqlValue[] };
/** A text for the index: `field` is `title` or `messages.content`; `null` takes it out. */
export type IndexText = readonly [field: string, text: string | null];
/** A field that has a column, with what the column becomes. */
export type FieldValue = readonly [field: string, value: SqlValue];

export type ImportedItem = {
  readonly field: string;
  readonly position: number;
  readonly item: string;
  readonly key: string | null;
  readonly texts: readonly IndexText[];
};

/** A text for the index, with the position of the item that holds it; `null` for a record's own. */
export type PlacedText = {
  readonly field: string;
  readonly position: number | null;
  readonly text: string;
};

type Target = { readonly store: string; readonly userId: string; readonly id: string };
/** A step of a transaction, checked and encoded. `time` is the host's. */
export type WriteStep =
  | (Target & {
      readonly op: "add";
      readonly time: string;
      readonly fields: readonly FieldValue[];
      readonly texts: readonly IndexText[];
    })
  | (Target & {
      readonly op: "update";
      readonly time: string;
      readonly fields: readonly FieldValue[];
      readonly texts: readonly IndexText[];
      readonly where: Statement | undefined;
    })
  | (Target & { readonly op: "delete" })
  | (Target & {
      readonly op: "import";
      readonly created: string;
      readonly updated: string;
      readonly fields: readonly FieldValue[];
      readonly texts: readonly IndexText[];
      readonly items: readonly ImportedItem[];
    })
  /** More of a record that was imported: items after those it has, texts to be found. Its times stay as they are. */
  | (Target & {
      readonly op: "fill";
      readonly items: readonly ImportedItem[];
      readonly texts: readonly PlacedText[];
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

export type SearchRequest = {
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

/** How many changes definitions have seen, and all of them. */
export type Definitions = { readonly version: number; readonly definitions: readonly FullDefinition[] };

/** What each step did: `add` its id, `append` its position, `delete` and `import` 1 or 0, the others nothing. */
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

/** The definitions that a write was checked with have changed. */
export class StaleError extends Error {}

/** A store with everything worked out that its calls have in common. */
export type PreparedStore = {
  readonly definition: FullDefinition;
  /** Columns of a record, by their names in SQL, in the order that `record` reads. */
  readonly columns: readonly string[];
  record(row: Row): StoreRecord;
  /** By owner and id. */
  readonly getSql: string;
  /** Everybody's, in order of creation. */
  readonly allSql: string;
  /** A page of everybody's, in order of creation, after a row: (row, limit); the row's number comes first. */
  readonly exportSql: string;
  /** Items of the records of such a page, from row to row: (record, field, key, item). */
  readonly exportItemsSql: string;
  /**
   * Items of (field, from, before, owner, id). One row of nulls when the record has no such item; none when there is
   * no record. The same holds for the next one.
   */
  readonly pageSql: string;
  /** The item of (field, key, owner, id). */
  readonly findItemSql: string;
  /** The number of items of (field, owner, id), `null` for none; no row when there is no record. */
  readonly countItemsSql: string;
};

/** What writes the queries that callers put together. */
export type Queries = {
  /** `userId` as it is kept; left out only for operators. @throws `bad_input`. */
  findStatement(store: PreparedStore, userId: string | undefined, find: Find): Statement;
  countStatement(store: PreparedStore, userId: string, where: Where | undefined): Statement;
  /** A condition on a record that is called `r`. */
  whereStatement(store: PreparedStore, where: Where): Statement;
};

/** A database that a store stands on. Every call may throw what `Store` may. */
export type Engine = {
  prepareStore(definition: FullDefinition): PreparedStore;
  /** Loaded with the first call that needs them. */
  queries(): Promise<Queries>;
  definitions(): Promise<Definitions>;
  /** Makes or grows a store. @returns whether it was made now. */
  create(name: string, schema: StoreSchema, options: StoreOptions): Promise<boolean>;
  /**
   * All steps or none, durable once it resolves; `version` is that of the definitions they were checked with.
   * @throws `StaleError` when these have changed: nothing was written.
   */
  write(version: number, steps: readonly WriteStep[]): Promise<readonly StepResult[]>;
  read(statement: Statement): Promise<readonly Row[]>;
  /** A read that a start waits for: nothing is loaded or started for it that need not be there yet. */
  readEarly(statement: Statement): Promise<readonly Row[]>;
  search(request: SearchRequest): Promise<readonly FoundText[]>;
  ping(): Promise<void>;
  time?(): Promise<Date>;
  close(): Promise<void>;
};
