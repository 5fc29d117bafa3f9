import assert from "node:assert/strict";
import { test } from "node:test";
import { freshDatabase, openOn, query } from "../../../../test/support/postgres-store.ts";
import { examineDatabase } from "./examine-database.ts";

const SHAPE = { title: "str", log: "json_collection" } as const;

/** A database that a store has been in. */
async function used(): Promise<string> {
  const url = await freshDatabase();
  const store = await openOn(url);
  await store.createStoreIfNotExists("things", SHAPE);
  await store.shutdown();
  return url;
}

test("a database of a newer program is left alone", async () => {
  const url = await used();
  await query(url, "update skeleton_facts set value = 99 where name = 'format'");
  await assert.rejects(openOn(url), { code: "schema_changed", message: /format 99/ });
});

test("a database of which a part is missing is refused, and the part is named", async () => {
  const tables = await used();
  await query(tables, "drop table skeleton_owners");
  await assert.rejects(openOn(tables), { code: "schema_changed", message: /skeleton_owners is missing/ });
  const columns = await used();
  await query(columns, 'alter table "store.things" drop column title');
  await assert.rejects(openOn(columns), {
    code: "schema_changed",
    message: /store\.things\.title is missing/,
  });
});

test("tables that a dump restored over them has left behind are told of", async () => {
  const url = await used();
  await query(url, "delete from skeleton_stores where name = 'things'");
  const store = await openOn(url);
  await assert.rejects(store.createStoreIfNotExists("things", SHAPE), {
    code: "schema_changed",
    message: /store\.things/,
    hint: /empty database/,
  });
  await store.shutdown();
});

test("a database that is not in UTF-8 is refused", async () => {
  const url = await freshDatabase();
  await query(url, "create database latin encoding 'LATIN1' template template0 locale 'C'");
  for (const use of [openOn, examineDatabase])
    await assert.rejects(use(url.replace("/postgres?", "/latin?")), { message: /LATIN1/ });
});

test("processes that come first at the same time make the tables once", async () => {
  const url = await freshDatabase();
  const stores = await Promise.all([openOn(url), openOn(url), openOn(url)]);
  const made = await Promise.all(stores.map((store) => store.createStoreIfNotExists("things", SHAPE)));
  assert.deepEqual(made.sort(), [false, false, true]);
  for (const store of stores) await store.shutdown();
});
