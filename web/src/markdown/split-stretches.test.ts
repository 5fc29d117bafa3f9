import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { splitStretches } from "./split-stretches.ts";

const paragraph = `${"Bones are living tissue. ".repeat(40)}\n\n`;
const long = paragraph.repeat(12);

test("a long text is cut where paragraphs and headings begin, and nothing is lost", () => {
  const stretches = splitStretches(`${long}## Joints\n\n${long}`);
  assert.ok(stretches.length > 4);
  assert.equal(stretches.join(""), `${long}## Joints\n\n${long}`);
  for (const stretch of stretches) assert.match(stretch, /^(?:Bones|## Joints)/);
});

test("code, maths and lists are not cut, however long they are", () => {
  const code = `${"```ts"}\n${"const bone = 1;\n\nLong line\n\n".repeat(300)}${"```"}\n\n`;
  const maths = `$$\n${"x + y\n\na + b\n\n".repeat(300)}$$\n\n`;
  const brackets = `\\[\n${"x + y\n\na + b\n\n".repeat(300)}\\]\n\n`;
  const list = "- a bone\n\n  of the hand\n\n".repeat(200);
  for (const whole of [code, maths, brackets, list]) {
    const stretches = splitStretches(`${long}${whole}${long}`);
    assert.equal(stretches.filter((stretch) => stretch.includes(whole)).length, 1);
  }
});

test("a text with footnotes stays whole", () => {
  assert.equal(splitStretches(`${long}Two hundred and six.[^1]\n\n${long}[^1]: In adults.`).length, 1);
});

test("what is added at the end changes the last stretch alone", () => {
  const part = fc.constantFrom(
    paragraph,
    "## Joints\n\n",
    "- a\n- b\n\n",
    "```\ncode\n\nmore\n```\n\n",
    "$$\nx\n$$\n\n",
    "1. one\n",
  );
  fc.assert(
    fc.property(fc.array(part, { minLength: 5, maxLength: 60 }), fc.nat(), (parts, cut) => {
      const text = parts.join("");
      const before = splitStretches(text.slice(0, cut % (text.length + 1)));
      const whole = splitStretches(text);
      assert.equal(whole.join(""), text);
      assert.deepEqual(whole.slice(0, before.length - 1), before.slice(0, -1));
    }),
  );
});
