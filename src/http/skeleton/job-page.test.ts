import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobRecord, Jobs } from "../../jobs/job.ts";
import { jobPage } from "./job-page.ts";

/** So many jobs with prompts of this length, numbered from 1; `asked` is how many were read each time. */
function jobsOf(count: number, length: number) {
  const asked: number[] = [];
  const prompt = "x".repeat(length);
  const list: Jobs["list"] = async (_of, { limit = 50, before = count + 1 } = {}) => {
    asked.push(limit);
    const ids = Array.from({ length: Math.min(limit, before - 1) }, (_, index) => before - 1 - index);
    return ids.map((id) => ({ id, prompt, result: null }) as JobRecord);
  };
  return { list, asked };
}

const page = async (jobs: Pick<Jobs, "list">, limit: number, before?: number) => {
  const asked = { limit, ...(before !== undefined && { before }) };
  const { found, more } = await jobPage(jobs, { userId: "ada" }, asked);
  return [found.length, found.at(-1)?.id, more];
};

test("a page is whole where it can be, and says whether there is more", async () => {
  const jobs = jobsOf(250, 10);
  assert.deepEqual(await page(jobs, 50), [50, 201, true]);
  assert.deepEqual(jobs.asked, [51]);
  assert.deepEqual(await page(jobs, 249), [249, 2, true]);
  assert.deepEqual(await page(jobs, 250), [250, 1, false]);
  assert.deepEqual(await page(jobs, 1000), [250, 1, false]);
  assert.deepEqual(await page(jobs, 1000, 101), [100, 1, false]);
  assert.deepEqual(await page(jobsOf(0, 10), 50), [0, undefined, false]);
});

test("a page of long jobs ends early, and the pages behind it have the rest", async () => {
  const jobs = jobsOf(250, 1_000_000);
  assert.deepEqual(await page(jobs, 1000), [21, 230, true]);
  assert.deepEqual(jobs.asked, [100]);
  assert.deepEqual(await page(jobs, 1000, 230), [21, 209, true]);
  assert.deepEqual(await page(jobs, 1000, 21), [20, 1, false]);
});
