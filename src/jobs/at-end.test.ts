import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { endWork, openJobs, over } from "../../test/support/scripted-jobs.ts";
import { closeAll, says, userId } from "../../test/support/scripted-turns.ts";
import type { Write } from "../protocols/store.ts";
import type { JobRecord } from "./job.ts";

afterEach(async () => {
  await endWork();
  await closeAll();
});

const place = { userId, store: "told" };
const told = (job: JobRecord): Write => ({
  ...{ op: "add", in: place, id: String(job.id) },
  data: { state: job.state, result: job.result },
});

test("what is to be told of a job's end is written with it, once, however it ends", async () => {
  let written = 0;
  const count = () => {
    written += 1;
  };
  const atEnd = { steps: async (job: JobRecord) => [told(job)], written: count };
  const app = await openJobs(says("Hello"), { atEnd });
  const store = await app.host.get("store");
  await store.createStoreIfNotExists("told", { state: "str", result: "str" });
  const [first, second] = [await app.submit(), await app.submit()];
  await app.jobs.cancel({ userId, id: second.id });
  app.work();
  await app.until(first.id, over);
  const rows = (await store.find(place)).map(({ id, state, result }) => [id, state, result]);
  assert.deepEqual(rows.toSorted(), [
    ["1", "done", "Hello"],
    ["2", "cancelled", null],
  ]);
  assert.equal(written, 2);
});

test("a job is not over where that cannot be written", async () => {
  const missing: Write = { op: "update", at: { ...place, id: "nobody" }, changes: { state: "x" } };
  const app = await openJobs(says("Hello"), { atEnd: { steps: async () => [missing], written: () => {} } });
  await (await app.host.get("store")).createStoreIfNotExists("told", { state: "str", result: "str" });
  const { id } = await app.submit();
  await assert.rejects(app.jobs.cancel({ userId, id }), { code: "record_not_found" });
  assert.equal((await app.jobs.get({ userId, id })).state, "queued");
});
