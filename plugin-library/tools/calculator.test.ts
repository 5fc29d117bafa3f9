import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { calculator } from "./calculator.ts";

test("expressions are worth what people mean by them", () => {
  const worth = {
    "1 + 2 * 3": "7",
    "(1 + 2) * 3": "9",
    "10 - 4 - 3": "3",
    "2 ^ 3 ^ 2": "512",
    "2 ** -1": "0.5",
    "-2 ^ 2": "-4",
    "2 * -3": "-6",
    "- -2": "2",
    "7 % 4 * 2": "6",
    "100 / 8 / 2": "6.25",
    "0.1 + 0.2": "0.3",
    "1.5e3 + .5": "1500.5",
    "2e": "error",
    "3! + 2": "8",
    "3!!": "720",
    "sqrt(16) + ABS(-2)": "6",
    "max(1, 2 + 3, 4)": "5",
    "round(2.5) + round(-2.5)": "0",
    "round(1.005, 2)": "1.01",
    "round(1234, -2)": "1200",
    "2 × 3 ÷ 4 − 1": "0.5",
    "sin(pi / 2)": "1",
    "2*π": "6.28318530717959",
    "log(1000) + ln(e) + log2(8)": "7",
    "9007199254740991 + 0": "9007199254740991",
  };
  for (const [expression, result] of Object.entries(worth)) {
    if (result === "error") assert.throws(() => calculator(expression), expression);
    else assert.equal(calculator(expression), result, expression);
  }
});

test("what is wrong is said, with its place", () => {
  const faults: Readonly<Record<string, RegExp>> = {
    "": /the expression ends, where a number/,
    "1 +": /the expression ends/,
    "1 2": /"2" stands at 3, where an operator/,
    "(1": /the expression ends, where an operator or "\)"/,
    "2 * )": /"\)" stands at 5/,
    "foo(1)": /"foo" stands at 1/,
    "constructor(1)": /"constructor" stands at 1/,
    "sqrt 4": /"\(" after sqrt/,
    "sqrt(1, 2)": /does not take 2 numbers/,
    "1 / 0": /divided by zero/,
    "5 % 0": /divided by zero/,
    "sqrt(-1)": /not a real number/,
    "10 ^ 1000": /too large/,
    "2.5!": /whole number/,
    "171!": /whole number/,
    "process.exit(1)": /"process" stands at 1/,
    ".": /"\." stands at 1/,
  };
  for (const [expression, fault] of Object.entries(faults))
    assert.throws(() => calculator(expression), fault, expression);
});

test("neither depth nor length brings it down", () => {
  assert.throws(() => calculator("(".repeat(900)), /nested more than 100/);
  assert.throws(() => calculator("-".repeat(900)), /nested more than 100/);
  assert.throws(() => calculator("1+".repeat(501)), /longer than 1000/);
  assert.equal(calculator(`${"1+".repeat(400)}1`), "401");
});

test("it agrees with the language on sums of products of whole numbers", () => {
  const factor = fc.integer({ min: -1000, max: 1000 });
  fc.assert(
    fc.property(factor, factor, factor, factor, (a, b, c, d) => {
      assert.equal(calculator(`${a} * ${b} - ${c} * (${d})`), String(a * b - c * d || 0));
    }),
  );
});
