import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry } from "./api.ts";
import { type Job, lostInThread, lostJobs, type Sent } from "./job-losses.ts";
import { answerTo, question } from "./wordy-upstream.ts";

const prompts = ["one", "two"].map((name) => question(name, 3, 0));
const [one = "", two = ""] = prompts;

const jobs = (second: Partial<Job> = {}): readonly Job[] =>
  prompts.map((prompt, index) => ({
    ...{ id: index + 1, thread_id: "t", state: "done", prompt, result: answerTo(prompt), error: null },
    ...(index === 1 && second),
  }));

const givenUp = { state: "error", result: "The worker stopped.", error: { code: "worker_crashed" } };

const sentAfter = (kills: number): Sent =>
  new Map(prompts.map((prompt, index) => [prompt, { threadId: "t", kills, id: index + 1 }]));

const entry = (content: string, interrupted = false): Entry => ({
  ...{ id: content, role: prompts.includes(content) ? "user" : "assistant", content },
  ...(interrupted && { interrupted }),
});

test("a job may be given up after three kills, and not after two", () => {
  assert.deepEqual(lostJobs(jobs(), sentAfter(0), 0), []);
  assert.deepEqual(lostJobs(jobs(givenUp), sentAfter(4), 7), []);
  assert.deepEqual(lostJobs(jobs(givenUp), sentAfter(4), 6), ["job 2 was given up after 2 kills"]);
  const failed = { ...givenUp, error: { code: "internal" } };
  assert.equal(lostJobs(jobs(failed), sentAfter(0), 9).length, 1, "any other end is a loss");
  assert.equal(lostJobs(jobs().slice(1), sentAfter(0), 0).length, 1, "so is one that is gone");
});

test("one that was given up has left at most what was cut short", () => {
  const first = [entry(one), entry(answerTo(one))];
  const cut = entry("twow0", true);
  const lost = (branch: readonly Entry[], all = branch) => lostInThread("t", jobs(givenUp), branch, all);
  assert.deepEqual(lost(first), []);
  assert.deepEqual(lost([...first, entry(two)]), []);
  assert.deepEqual(lost([...first, entry(two), cut], [...first, entry(two), cut, { ...cut, id: "b" }]), []);
  assert.notDeepEqual(lost([...first, entry(two), entry(answerTo(two))]), [], "its whole answer is there");
  assert.notDeepEqual(lost([...first, entry(two), cut, entry(two)]), [], "it was said twice");
  assert.notDeepEqual(lost([entry(one), cut]), [], "the other one lost its answer");
});

test("a job that is done has its whole answer in the thread, once", () => {
  const whole = prompts.flatMap((prompt) => [entry(prompt), entry(answerTo(prompt))]);
  const lost = (all: readonly Entry[]) => lostInThread("t", jobs(), whole, all);
  assert.deepEqual(lost([...whole, entry("twow0", true)]), []);
  assert.equal(lost([...whole, { ...entry(answerTo(two)), id: "twice" }]).length, 1);
});
