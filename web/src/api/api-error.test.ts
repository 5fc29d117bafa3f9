import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, detailOf, isPassing } from "./api-error.ts";

test("the server's own sentence is shown", () => {
  assert.equal(detailOf({ detail: "Thread not found" }, 404), "Thread not found");
});

test("faults of a request become sentences", () => {
  assert.equal(
    detailOf({ detail: [{ msg: "Too long." }, { msg: "Too late." }, 7] }, 422),
    "Too long. Too late.",
  );
});

test("an answer that says nothing, as a proxy's page, is told by its status", () => {
  for (const body of [undefined, null, "<html>", {}, { detail: "" }, { detail: [] }]) {
    assert.equal(detailOf(body, 502), "The server answered with status 502.");
  }
});

test("what may pass by itself is told from what will not", () => {
  const passing = [0, 408, 429, 500, 503].map((status) => isPassing(new ApiError(status, "")));
  const lasting = [400, 401, 404, 409, 410, 422].map((status) => isPassing(new ApiError(status, "")));
  assert.deepEqual([new Set(passing), new Set(lasting)], [new Set([true]), new Set([false])]);
  assert.equal(isPassing(new TypeError("a bug")), false);
});
