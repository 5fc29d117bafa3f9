import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { mostSteps, readPlan } from "./read-plan.ts";

const three = ["Look around", "Leap", "Land"];

describe("the steps of a plan are read", () => {
  for (const [how, text] of Object.entries({
    "with a full stop": "1. Look around\n2. Leap\n3. Land",
    "with a bracket": "1) Look around\n2) Leap\n3) Land",
    "in brackets": "(1) Look around\n(2) Leap\n(3) Land",
    "as points": "- Look around\n* Leap\n• Land",
    "as boxes to tick": "- [ ] Look around\n- [ ] Leap\n- [x] Land",
    "by name": "Step 1: Look around\nstep 2: Leap\nStep 3 - Land",
    "with bold numbers": "**1.** Look around\n**2.** Leap\n**3.** Land",
    "in bold": "1. **Look** around\n**2. Leap**\n**Step 3:** Land",
    "as headings": "## 1. Look around\n\n## 2. Leap\n\n## 3. Land",
    "with blank lines": "1. Look around\n\n2. Leap\n\n\n3. Land\n",
    "of Windows": "1. Look around\r\n2. Leap\r\n3. Land\r\n",
    "with words around them": "Here is the plan:\n\n1. Look around\n2. Leap\n3. Land\n\nShall I go on?",
    "in a fence": "```markdown\n1. Look around\n2. Leap\n3. Land\n```",
    "set in": "  1. Look around\n  2. Leap\n  3. Land",
  })) {
    test(how, () => assert.deepEqual(readPlan(text).steps, three));
  }

  test("lines below a step are its details, points and code among them", () => {
    const text = [
      "1. Look around",
      "   - left",
      "   - right:",
      "     far",
      "2. Leap:",
      "```sh",
      "1. is no step here",
      "",
      "jump",
      "```",
      "and think of it.",
      "- really",
      "",
      "That was the leap.",
      "",
      "**Afterwards**",
      "",
      "3. Land",
    ].join("\n");
    assert.deepEqual(readPlan(text).steps, [
      "Look around\n- left\n- right:\n  far",
      "Leap:\n```sh\n1. is no step here\n\njump\n```\nand think of it.\n- really\nThat was the leap.",
      "Land",
    ]);
  });

  test("a text without a list is one step, and nothing is none", () => {
    assert.deepEqual(readPlan(" Just leap.\n\nThen land. ").steps, ["Just leap.\n\nThen land."]);
    assert.deepEqual(readPlan("In 2024. it was 3.5 times as far").steps.length, 1);
    assert.deepEqual(readPlan(" \n").steps, []);
    assert.deepEqual(readPlan("1. Leap\n2. ").steps, ["Leap"], "one that is only begun is not there yet");
  });

  test("there are so many at most, and nothing of the rest is lost", () => {
    const text = Array.from({ length: mostSteps + 2 }, (_, at) => `${at + 1}. step ${at + 1}`).join("\n");
    const { steps, counts } = readPlan(text);
    assert.equal(steps.length, mostSteps);
    assert.equal(counts, false);
    assert.match(steps.at(-1) ?? "", /^step 100\n101\. step 101\n102\. step 102$/);
  });
});

test("a text counts its steps when it numbers them from 1", () => {
  assert.equal(readPlan("1. a\n2. b").counts, true);
  assert.equal(readPlan("only words").counts, true);
  for (const text of ["- a\n- b", "1. a\n1. b", "2. a\n3. b"])
    assert.equal(readPlan(text).counts, false, text);
});

test("no text makes an empty step, and each is read in time that grows with its length", {
  timeout: 20_000,
}, () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom("1. a", "  - b", "```", "**c**", "", "2) **d", "# e", "\t3. f"),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const { steps } = readPlan(lines.join("\n"));
      assert.ok(steps.every((step) => step.trim() === step && step !== ""));
    }),
  );
  for (const nasty of ["**", "1. ", "```\n", "- [ ] ", "\t", "__a"]) readPlan(nasty.repeat(50_000));
});
