import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  jobHash,
  jobsHash,
  keysHash,
  messageHash,
  parseRoute,
  placeHash,
  searchHash,
  threadHash,
  threadJobsHash,
} from "./route.ts";

const text = () => fc.string({ minLength: 1, unit: "grapheme" });

test("a thread's address leads to the thread, whatever its id", () => {
  fc.assert(
    fc.property(text(), (threadId) => {
      assert.deepEqual(parseRoute(threadHash(threadId)), { at: "thread", threadId });
    }),
  );
});

test("a message's address leads to the message in its thread, whatever their ids", () => {
  fc.assert(
    fc.property(text(), text(), (threadId, messageId) => {
      const route = { at: "thread", threadId, messageId } as const;
      assert.deepEqual(parseRoute(messageHash(threadId, messageId)), route);
      assert.equal(placeHash(route), messageHash(threadId, messageId));
    }),
  );
});

test("a search's address leads to the search, whatever its words", () => {
  fc.assert(
    fc.property(text(), (query) => {
      assert.deepEqual(parseRoute(searchHash(query)), { at: "search", query });
    }),
  );
});

test("the archive has an address", () => {
  assert.deepEqual(parseRoute("#/archived"), { at: "archived" });
});

test("the one-time link opens the first account's card", () => {
  assert.deepEqual(parseRoute("#/setup/s3cret"), { at: "setup", secret: "s3cret" });
});

test("anything else is a new chat", () => {
  const hashes = ["", "#", "#/", "#/t/", "#/t/a/b", "#/t/a/b/c", "#/t/a/m/", "#/t/a/m/b/c", "#/t/%", "#/x/1"];
  for (const hash of [...hashes, "#/search/", "#/archived/a", "#/x/a/m/b", "#/t/%/m/a"]) {
    assert.deepEqual(parseRoute(hash), { at: "new" }, hash);
  }
});

test("the way back leads to a plugin's page of this server, and nowhere else", () => {
  const then = (path: string) => parseRoute(`#/then/${encodeURIComponent(path)}`);
  assert.deepEqual(then("/_plugin/notes/?a=b&c"), { at: "then", path: "/_plugin/notes/?a=b&c" });
  for (const path of [
    ...[
      "https://elsewhere.example/_plugin/x/",
      "//elsewhere.example/_plugin/x/",
      "/\\elsewhere.example/_plugin/x/",
    ],
    ...[
      "\\\\elsewhere.example/_plugin/x/",
      "javascript:alert(1)//_plugin/",
      "data:text/html,/_plugin/",
      "_plugins/x",
    ],
    ...["/_plugin/../logout", "/_plugin/%2e%2e/api/v1/me", "/", "", " //elsewhere.example/_plugin/"],
  ])
    assert.deepEqual(then(path), { at: "new" }, path);
});

test("a job's address leads to the job, a thread's to its jobs, and one that is neither to all of them", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1 }), (jobId) => {
      assert.deepEqual(parseRoute(jobHash(jobId)), { at: "jobs", jobId });
    }),
  );
  assert.deepEqual(parseRoute(threadJobsHash("a/b c")), { at: "jobs", threadId: "a/b c" });
  for (const hash of [jobsHash, "#/jobs/x", "#/jobs/0", "#/jobs/1e3", "#/jobs/of", "#/jobs/by/x"])
    assert.deepEqual(parseRoute(hash), { at: "jobs" });
  assert.deepEqual(parseRoute(keysHash), { at: "keys" });
});
