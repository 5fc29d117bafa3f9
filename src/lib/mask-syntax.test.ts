import assert from "node:assert/strict";
import { test } from "node:test";
import { translateMask } from "./mask-syntax.ts";

function matches(mask: string, model: string): boolean {
  const regex = translateMask(mask);
  if ("fault" in regex) return assert.fail(`${mask}: ${regex.fault}`);
  return new RegExp(regex.pattern, regex.flags).test(model);
}
const fault = (mask: string): string => {
  const regex = translateMask(mask);
  return "fault" in regex ? regex.fault : assert.fail(`${mask} should have a fault`);
};

test("a mask matches the whole name or nothing, with or without its own anchors", () => {
  for (const mask of [
    "beta-.*",
    "^beta-.*$",
    "^beta-.*",
    String.raw`\Abeta-.*\Z`,
    "(?m)^beta-.*$",
    "beta-mini|gpt",
  ]) {
    assert.ok(matches(mask, "beta-mini"), mask);
    for (const model of ["alpha-beta-mini", "beta", "x\nbeta-mini", "beta-mini\nx"])
      assert.ok(!matches(mask, model), `${mask} ${JSON.stringify(model)}`);
  }
  assert.ok(!matches("beta", "beta-mini"));
  assert.ok(!matches("a|b", "ab"));
  assert.ok(!matches("", "anything"));
});

test("what Python writes differently is translated", () => {
  assert.ok(matches("(?P<maker>[a-z]+)/(?P=maker)-1", "meta/meta-1"));
  assert.ok(!matches("(?P<maker>[a-z]+)/(?P=maker)-1", "meta/beta-1"));
  assert.ok(matches("(?i)GPT-.*", "gpt-5"));
  assert.ok(!matches("GPT-.*", "gpt-5"));
  assert.ok(matches(String.raw`gpt\-4\.1\_x\:free`, "gpt-4.1_x:free")); // re.escape writes some of these
  assert.ok(matches(String.raw`[\w\-\_:]+`, "a-b_c:d"));
  assert.ok(matches(String.raw`gpt-5\z`, "gpt-5"));
});

test("what both have works as it is", () => {
  assert.ok(matches("(?!gpt-3).*", "gpt-5"));
  assert.ok(!matches("(?!gpt-3).*", "gpt-3.5"));
  assert.ok(matches(".*(?<!-preview)", "gpt-5"));
  assert.ok(!matches(".*(?<!-preview)", "gpt-5-preview"));
  assert.ok(matches(String.raw`(?:gpt|claude)-\d{1,2}(?:\.\d)?`, "claude-4.5"));
  assert.ok(matches(String.raw`(a+?)-\1`, "aa-aa"));
  assert.ok(matches("(?<name>a)\\k<name>", "aa"));
  assert.ok(matches("(?i:GPT)-x", "gpt-x"));
});

test("what cannot be said in JavaScript is refused by name", () => {
  for (const [mask, named] of [
    ["(?>a)b", /atomic group/],
    ["(a)?(?(1)b|c)", /conditional/],
    ["a(?#note)b", /comment/],
    ["a++b", /possessive quantifier `\+\+`/],
    ["a{1,2}+b", /possessive quantifier/],
    ["a{,2}", /\{,2\}/],
    ["(?x) a", /\(\?x\)/],
    ["a(?i)b", /\(\?i\)/],
    ["[]a[]", /`\]` first/],
    ["[^]a[b]", /`\]` first/],
    ["(?P'n'a)", /\(\?P/],
  ] as const)
    assert.match(fault(mask), named, mask);
  for (const broken of ["*", "(", ")", "a)(b", "[a", "a{2,1}", "\\", String.raw`\Q`, "(?P=no)"])
    assert.ok(fault(broken).length > 0, broken);
  assert.match(fault("a".repeat(1001)), /longer than 1000/);
});
