import assert from "node:assert/strict";
import { test } from "node:test";
import { planModeOf } from "./plan-flag.ts";

test("two models are named with a colon, or with a comma where they have one of their own", () => {
  const planMode = { planner: "a", answerer: "b" };
  assert.deepEqual(planModeOf({ plan: "a:b" }), { planMode });
  assert.deepEqual(planModeOf({ plan: "a, b", review: true }), { planMode: { ...planMode, review: true } });
  assert.deepEqual(planModeOf({ plan: "llama3:8b,qwen3:30b" }), {
    planMode: { planner: "llama3:8b", answerer: "qwen3:30b" },
  });
});

test("without them the thread decides, and with --no-plan there is none", () => {
  assert.deepEqual(planModeOf({}), {});
  assert.deepEqual(planModeOf({ plan: false }), { planMode: null });
});

test("what names no two models is refused with the way to write it", () => {
  for (const plan of ["a", "a:", ":b", "llama3:8b:qwen3:30b", "a,b,c", ""])
    assert.throws(() => planModeOf({ plan }), { code: "bad_input", hint: /PLANNER:ANSWERER/ }, plan);
  assert.throws(() => planModeOf({ review: true }), { code: "bad_input", hint: /--review/ });
});
