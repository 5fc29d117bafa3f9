import assert from "node:assert/strict";
import { test } from "node:test";
import { argumentsOf, keptSteps, leftOf, moved, reviewed, withStepBehind } from "./review-steps.ts";

const before = [{ text: "Look" }, { text: "Leap", struck: true }, { text: "Land" }];
const steps = reviewed(before);
const texts = (some: typeof steps) => some.map(({ text }) => text);

test("a plan that nobody has changed is not sent back", () => {
  assert.equal(argumentsOf(steps, before), undefined);
  assert.equal(
    argumentsOf(withStepBehind(steps, "step 2", "new"), before),
    undefined,
    "a blank step is none",
  );
});

test("steps as they were left are sent back, trimmed and in their order", () => {
  const struck = moved(steps, "step 2", -1).map((step) => ({ ...step, text: `${step.text} ` }));
  assert.equal(
    argumentsOf(struck, before),
    '[{"text":"Look"},{"text":"Land"},{"text":"Leap","struck":true}]',
  );
  assert.deepEqual(texts(leftOf(struck)), ["Look ", "Land "]);
});

test("a step moves between the ends and no further, and a new one stands behind another", () => {
  assert.deepEqual(texts(moved(steps, "step 0", 1)), ["Leap", "Look", "Land"]);
  assert.equal(moved(steps, "step 0", -1), steps);
  assert.equal(moved(steps, "step 2", 1), steps);
  assert.equal(moved(steps, "none", 1), steps);
  assert.deepEqual(texts(withStepBehind(steps, "step 0", "new")), ["Look", "", "Leap", "Land"]);
  assert.deepEqual(texts(withStepBehind(steps, undefined, "new")), ["", "Look", "Leap", "Land"]);
});

test("steps that were kept are read as they were, and whatever else was kept is nothing", () => {
  assert.deepEqual(keptSteps(JSON.stringify(steps)), steps);
  for (const text of ["", "[", "[]", "{}", "[null]", '[{"key":"a","text":1,"struck":false,"own":false}]'])
    assert.equal(keptSteps(text), undefined, text);
});
