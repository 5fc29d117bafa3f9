import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf } from "../lib/errors.ts";
import type { ErrorCode } from "../protocols/errors.ts";
import type { JsonObject } from "../protocols/json.ts";
import type { At, In, Store } from "../protocols/store.ts";

export type Open = () => Promise<Store>;

/** A store with a field of each type. */
export const THINGS = "things";
export const SCHEMA = {
  title: "str",
  size: "int",
  weight: "float",
  done: "bool",
  extra: "json",
  log: "json_collection",
} as const;
export const mine: In = { userId: "ann", store: THINGS };
export const theirs: In = { userId: "bob", store: THINGS };

/** A test with a store of its own, which holds an empty `things`. */
export function storeTest(open: Open, title: string, body: (store: Store) => Promise<void>): void {
  test(title, async () => {
    const store = await open();
    try {
      await store.createStoreIfNotExists(THINGS, SCHEMA, {
        indexes: [["done", "size"]],
        search: ["title", "log.text"],
      });
      await body(store);
    } finally {
      await store.shutdown();
    }
  });
}

export async function rejects(promise: Promise<unknown>, code: ErrorCode, about?: string): Promise<void> {
  await assert.rejects(
    promise,
    (error: unknown) => {
      assert.equal(codeOf(error), code, `${about ?? "the code"}: ${String(error)}`);
      assert.equal(typeof (error as { readonly hint?: unknown }).hint, "string", "an error says what to do");
      return true;
    },
    `no rejection with ${code}: ${about ?? ""}`,
  );
}

/** Not what the types allow: what a caller without types might send. */
export const unchecked = <T>(value: unknown): T => value as T;

export async function addThing(store: Store, data: JsonObject = {}, id?: string): Promise<At> {
  return { ...mine, id: await store.add(mine, data, id) };
}
