import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseRoute, threadHash } from "./route.ts";

test("a thread's address leads to the thread, whatever its id", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (threadId) =>
      assert.deepEqual(parseRoute(threadHash(threadId)), { at: "thread", threadId }),
    ),
  );
});

test("the one-time link opens the first account's card", () => {
  assert.deepEqual(parseRoute("#/setup/s3cret"), { at: "setup", secret: "s3cret" });
});

test("anything else is a new chat", () => {
  for (const hash of ["", "#", "#/", "#/t/", "#/t/a/b", "#/t/%", "#/x/1"]) {
    assert.deepEqual(parseRoute(hash), { at: "new" }, hash);
  }
});
