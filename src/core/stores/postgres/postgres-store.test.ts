import assert from "node:assert/strict";
import { test } from "node:test";
import { freshDatabase, freshStore, openOn, query } from "../../../../test/support/postgres-store.ts";
import { storeContract } from "../../../testkit/store-contract.ts";

storeContract("PostgreSQL", freshStore);

test("the time is the database's", async (context) => {
  const url = await freshDatabase();
  const store = await openOn(url); // its own clock stands in another year
  context.after(() => store.shutdown());
  const there = async () => (await query(url, "select clock_timestamp() as now"))[0]?.now as Date;
  const [before, told, after] = [await there(), await store.time?.(), await there()];
  assert.ok(told !== undefined && before <= told && told <= after, `${before} ${told} ${after}`);
});
