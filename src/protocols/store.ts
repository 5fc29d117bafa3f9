import type { Json, JsonObject } from "./json.ts";

/**
 * What a field holds. `json_collection` is an append-only list that lives beside its record and may grow without
 * making the record slower; every other kind is a value, `null` until it is set. A `str` is any text, an `int` a whole number
 * that JavaScript holds exactly, a `float` a finite one; `json`, as an item of a collection, is whatever JSON can say in at
 * most 100 levels of arrays and objects.
 */
export type FieldType = "str" | "int" | "float" | "bool" | "json" | "json_collection";

/**
 * Field names (letters, digits, `_`, at most 64, not beginning with a digit) and what they hold.
 * `id`, `user_id`, `created_at` and `updated_at` are on every record and cannot be declared.
 */
export type StoreSchema = Readonly<Record<string, FieldType>>;

export type StoreOptions = {
  /**
   * Orders and look-ups that must stay fast however many records a user has: each entry is the fields to compare,
   * then the field to order by. The owner comes first without being named. Default: none.
   */
  readonly indexes?: readonly (readonly string[])[];
  /**
   * What `fullTextSearch` reads: a `str` field by its name, or a text inside each item of a collection as
   * `collection.key`. Default: nothing is searched.
   */
  readonly search?: readonly string[];
};

/** A store as it was created: the answer of `findStore`. */
export type StoreDefinition = {
  readonly name: string;
  readonly schema: StoreSchema;
  readonly options: StoreOptions;
};

/** Whose records. */
export type In = { readonly userId: string; readonly store: string };

/** Which record. One object, so that two ids can never change places in a call. */
export type At = In & { readonly id: string };

/** Times are ISO 8601 in UTC with milliseconds, so they sort as text. A collection field is never in here. */
export type StoreRecord = {
  readonly id: string;
  readonly user_id: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly [field: string]: Json;
};

/** A value to equal, or operators that must all hold. `null` equals only `null`; `$ne` counts `null` as different. */
export type Condition =
  | string
  | number
  | boolean
  | null
  | {
      readonly $eq?: string | number | boolean | null;
      readonly $ne?: string | number | boolean | null;
      readonly $gt?: string | number;
      readonly $gte?: string | number;
      readonly $lt?: string | number;
      readonly $lte?: string | number;
      readonly $in?: readonly (string | number | boolean | null)[];
      /** `%` is any text, `_` any one character; case does not matter for A to Z. At most 1,000 characters, as in `$contains`. */
      readonly $like?: string;
      /** The text itself, anywhere in the field; case does not matter for A to Z. */
      readonly $contains?: string;
    };

/** All must hold. A `json` or collection field cannot be compared; an unknown field or operator is `bad_input`. */
export type Where = Readonly<Record<string, Condition>>;

export type Find = {
  readonly where?: Where;
  /** Field to order by, smallest first; records that tie come by id. Default: in order of creation. */
  readonly orderBy?: string;
  /** Largest first. Default `false`. */
  readonly descending?: boolean;
  /** How many to skip, a whole number from 0; default 0. */
  readonly offset?: number;
  /** At most so many, a whole number from 0; default all. */
  readonly limit?: number;
};

/** A stretch of a list: from `offset` (default 0), at most `limit` (default: all); whole numbers from 0. */
export type Page = { readonly offset?: number; readonly limit?: number };

export type AppendOptions = {
  /**
   * The item's own name, unique in this collection. When the collection holds it already, nothing is written and
   * the position it has is returned: an append with a key can be repeated safely.
   */
  readonly key?: string;
  /** The position the item must get: `conflict` when the collection has another length by now. */
  readonly position?: number;
};

/** An item of a collection with where it stands. */
export type CollectionItem = { readonly position: number; readonly item: Json };

export type SearchHit = {
  /** The record that holds the text. */
  readonly record: StoreRecord;
  /** What matched: a field name, or `collection.key`. */
  readonly field: string;
  /** The matching item, when the text is in a collection. */
  readonly item?: CollectionItem;
  /** About 160 characters of the text around the first match. */
  readonly snippet: string;
  /** `[start, end)` of each match in `snippet`, in UTF-16 units, in order, never overlapping. */
  readonly marks: readonly (readonly [number, number])[];
};

/** A record with everything that belongs to it, as it goes from one store to another. */
export type WholeRecord = {
  readonly record: StoreRecord;
  /** The items of each collection that has any, in order. */
  readonly collections: Readonly<Record<string, readonly { readonly item: Json; readonly key?: string }[]>>;
};

/**
 * One step of a `transaction`; the same words and rules as the method of that name. `time` is what the record's times
 * become, of something that happened earlier, elsewhere. Default: now.
 */
export type Write =
  | {
      readonly op: "add";
      readonly in: In;
      readonly data: JsonObject;
      readonly id?: string;
      readonly time?: string;
    }
  | {
      readonly op: "update";
      readonly at: At;
      readonly changes: JsonObject;
      readonly where?: Where;
      readonly time?: string;
    }
  | { readonly op: "delete"; readonly at: At }
  | {
      readonly op: "append";
      readonly at: At;
      readonly field: string;
      readonly item: Json;
      readonly options?: AppendOptions;
      readonly time?: string;
    };

/** What a step answers: `add` its id, `append` its position, the others nothing. */
export type WriteResult = string | number | undefined;

/**
 * Tables of records, each record one user's own. Somebody else's is answered exactly like a missing one.
 *
 * Every write is durable once it resolves: it has been flushed to the disk, and a power cut keeps it. A write that
 * rejects has written nothing. Calls may run side by side; each sees the writes that resolved before it began.
 * Every method may also throw `store_locked`, `store_full` or `store_unavailable`, and `bad_input` for names or
 * values that break the rules above; after `shutdown`, which may be repeated, `store_unavailable`.
 * A store is finished when it passes `storeContract` (src/testkit/store-contract.ts).
 */
export interface Store {
  /**
   * Makes sure that a store of this shape exists. Store names: letters, digits, `_`, `-`, at most 64.
   * New fields, indexes and searched texts are added to an existing store without touching its records, which then
   * answer `null`; fields that are not mentioned are kept. Safe to call from several processes at once.
   * @returns whether it was created now.
   * @throws `schema_changed` when a field exists with another type; nothing is changed then.
   */
  createStoreIfNotExists(name: string, schema: StoreSchema, options?: StoreOptions): Promise<boolean>;
  /** Names, sorted. */
  listStores(): Promise<readonly string[]>;
  /** As it stands now, with all that was ever added to it; `undefined` when there is none of that name. */
  findStore(name: string): Promise<StoreDefinition | undefined>;

  /**
   * Adds a record. Missing fields become `null`, unknown ones are `bad_input`, collections begin empty.
   * @returns its id: the given one (1 to 200 characters) or a new one.
   * @throws `duplicate_record` when this user has a record of that id here.
   */
  add(place: In, data: JsonObject, id?: string): Promise<string>;
  /** The record, or `undefined` when it is missing or somebody else's. */
  get(at: At): Promise<StoreRecord | undefined>;
  /** The user's records that fit; by default all, in order of creation. */
  find(place: In, find?: Find): Promise<readonly StoreRecord[]>;
  /** How many of the user's records fit; by default all. */
  count(place: In, where?: Where): Promise<number>;
  /**
   * Sets the given fields and `updated_at`; `null` clears one. With `where` it is a compare-and-set: the record is
   * only changed while every condition holds.
   * @throws `record_not_found`; `conflict` when `where` does not hold.
   */
  update(at: At, changes: JsonObject, where?: Where): Promise<void>;
  /** Removes a record with its collections and whatever search knew of it. @returns whether it was there. */
  delete(at: At): Promise<boolean>;

  /**
   * Appends to a `json_collection` field. O(1) at any length; safe in parallel; the record's `updated_at` moves.
   * @returns the item's position: 0 for the first, then +1, no gaps.
   * @throws `record_not_found`; `conflict`; `bad_input` when `item` is neither object nor array.
   */
  collectionAppend(at: At, field: string, item: Json, options?: AppendOptions): Promise<number>;
  /** Items in order of position. Past the end, or of a record without items, `[]`. @throws `record_not_found`. */
  collectionGet(at: At, field: string, page?: Page): Promise<readonly CollectionItem[]>;
  /** The item that was appended with this key, `undefined` when none was. O(log n). @throws `record_not_found`. */
  collectionFind(at: At, field: string, key: string): Promise<CollectionItem | undefined>;
  /** How many items. O(1). @throws `record_not_found`. */
  collectionCount(at: At, field: string): Promise<number>;

  /**
   * Finds the user's own texts, best match first. What people type is never query syntax: words are looked for
   * together in one text, in any order; `"…"` is a phrase; the last word also matches as a beginning.
   * Case and diacritics do not matter. Chinese, Japanese and Korean text is found by any two characters that stand
   * together. A query without a single letter or digit finds nothing.
   * With `perRecord` (default: false) only the best hit of each record, and it is they that `page` counts: a record with
   * very many hits then costs no more to tell than any other.
   * @throws `bad_input` for a query of more than 1,000 characters.
   */
  fullTextSearch(
    place: In,
    query: string,
    page?: Page & { readonly where?: Where; readonly perRecord?: boolean },
  ): Promise<readonly SearchHit[]>;

  /**
   * All steps or none, seen by others all at once. Steps run in order and each sees those before it.
   * Unlike a callback, a list of steps can be committed together with other people's and never holds the lock
   * while somebody thinks; to decide on what was read, use `where` and `position`, and try again on `conflict`.
   * @throws whatever the failing step throws.
   */
  transaction(steps: readonly Write[]): Promise<readonly WriteResult[]>;

  /**
   * For operators: every user's records that fit, for example the turns a dead server left running.
   * Never call it on behalf of a request.
   */
  findAll(store: string, find?: Find): Promise<readonly StoreRecord[]>;
  /**
   * For operators: whole records of every user in order of creation, to be kept elsewhere. What is written meanwhile
   * may be in it or not.
   * @param page.after the `next` of the page before; @param page.limit default 100.
   * @returns records, and `next` unless these were the last.
   */
  exportRecords(
    store: string,
    page?: { readonly after?: string; readonly limit?: number },
  ): Promise<{ readonly records: readonly WholeRecord[]; readonly next?: string }>;
  /**
   * For operators: adds whole records as they are, with their owners, ids and times. One that is there already is left
   * alone, so an import can be repeated. All of the call or nothing.
   * @returns how many were added. @throws `bad_input` for a record that does not fit the store.
   */
  importRecords(store: string, records: readonly WholeRecord[]): Promise<number>;
  /** Rejects when the database cannot answer or write. For health checks. */
  ping(): Promise<void>;
  /** What time it is, where several machines share a database: their own clocks differ, so its clock holds for all. */
  time?(): Promise<Date>;
  /** Finishes the writes in flight and lets go of the database. */
  shutdown(): Promise<void>;
}
