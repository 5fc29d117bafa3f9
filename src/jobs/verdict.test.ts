import assert from "node:assert/strict";
import { test } from "node:test";
import { failed } from "./verdict.ts";

const isTriedAgain = (code: string, status?: number): boolean => {
  const verdict = failed(code, "It failed.", status);
  return verdict.state === "error" && verdict.mayPass;
};

test("a refusal is tried again by its status: what may pass, and nothing that the same request would meet again", () => {
  const again = [408, 409, 429, 500, 502, 503, 504, 529, undefined];
  assert.deepEqual(
    again.filter((status) => isTriedAgain("upstream_refused", status)),
    again,
  );
  const final = [400, 401, 402, 403, 404, 413, 415, 422];
  assert.deepEqual(
    final.filter((status) => isTriedAgain("upstream_refused", status)),
    [],
  );
});

test("other failures are tried again by their code", () => {
  const again = [
    ...["upstream_unreachable", "upstream_timeout", "upstream_broken", "rate_limited"],
    ...["store_locked", "store_unavailable", "internal"],
  ];
  assert.deepEqual(
    again.filter((code) => isTriedAgain(code)),
    again,
  );
  const final = [
    ...["upstream_budget", "upstream_unusable", "upstream_overflow", "model_not_found"],
    ...["model_not_allowed", "bad_input"],
    ...["job_timeout", "empty_output", "worker_crashed"],
  ];
  assert.deepEqual(
    final.filter((code) => isTriedAgain(code)),
    [],
  );
});
