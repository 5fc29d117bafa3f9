/*
 * Arithmetic that a language model should not do in its head: a parser of its own, so nothing is ever run as code.
 *
 * Numbers as in 12, .5 or 6.02e23; + - * / % ^ (also **), ! after a whole number, brackets; pi, e and tau; the functions
 * below, angles in radians. Calculated in double precision, told with 15 digits.
 */

const constants: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E, tau: 2 * Math.PI };

const one = (of: (value: number) => number) => ({ of, least: 1, most: 1 });
const some = (of: (...values: number[]) => number) => ({ of, least: 1, most: Number.POSITIVE_INFINITY });

const functions: Readonly<
  Record<
    string,
    { readonly of: (...values: number[]) => number; readonly least: number; readonly most: number }
  >
> = {
  ...{
    abs: one(Math.abs),
    sign: one(Math.sign),
    sqrt: one(Math.sqrt),
    cbrt: one(Math.cbrt),
    exp: one(Math.exp),
  },
  ...{ ln: one(Math.log), log: one(Math.log10), log10: one(Math.log10), log2: one(Math.log2) },
  ...{ sin: one(Math.sin), cos: one(Math.cos), tan: one(Math.tan) },
  ...{ asin: one(Math.asin), acos: one(Math.acos), atan: one(Math.atan) },
  ...{ sinh: one(Math.sinh), cosh: one(Math.cosh), tanh: one(Math.tanh) },
  ...{ floor: one(Math.floor), ceil: one(Math.ceil), trunc: one(Math.trunc) },
  ...{ min: some(Math.min), max: some(Math.max), hypot: some(Math.hypot) },
  round: { of: round, least: 1, most: 2 },
  atan2: { of: Math.atan2, least: 2, most: 2 },
};

/** How strongly an operator holds its sides; `^` also holds what is right of it first. */
const binding: Readonly<Record<string, number>> = { "+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "^": 4 };
const signBinding = 3; // -2^2 is -4
const deepest = 100;

/**
 * Calculates an arithmetic expression, such as (3 + 4) * sqrt(2) ^ 3. Use it for every calculation that is not trivial.
 * @param expression Numbers, + - * / % (remainder) ^ (power) ! and brackets; pi, e, tau; abs, sign, sqrt, cbrt, exp, ln, log (base 10), log2, sin, cos, tan, asin, acos, atan, atan2(y, x), sinh, cosh, tanh, floor, ceil, trunc, round(x, digits), min, max, hypot. Angles are in radians.
 * @readOnly
 */
export function calculator(expression: string): string {
  if (expression.length > 1000) throw new Error("The expression is longer than 1000 characters.");
  const result = evaluate(tokensOf(expression));
  if (Number.isNaN(result)) throw new Error("The result is not a real number.");
  if (!Number.isFinite(result)) throw new Error("The result is too large, or something is divided by zero.");
  return String(Number.isSafeInteger(result) ? result : Number(result.toPrecision(15)));
}

type Token = { readonly text: string; readonly at: number };

function tokensOf(expression: string): readonly Token[] {
  const plain = expression
    .replaceAll("×", "*")
    .replaceAll("÷", "/")
    .replaceAll("−", "-")
    .replaceAll("π", " pi ");
  const found = plain.matchAll(/(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[a-z]\w*|\*\*|\S/gi);
  return [...found].map(({ 0: text, index }) => ({
    text: text === "**" ? "^" : text.toLowerCase(),
    at: index + 1,
  }));
}

/** By how strongly operators bind (Pratt, 1973). @throws an error that says what is wrong, and where. */
function evaluate(tokens: readonly Token[]): number {
  let next = 0;
  const is = (text: string) => tokens[next]?.text === text;
  const takes = (text: string) => is(text) && next++ >= 0;

  function wrong(wanted: string): Error {
    const token = tokens[next];
    const found = token === undefined ? "the expression ends" : `"${token.text}" stands at ${token.at}`;
    return new Error(`${found}, where ${wanted} was expected.`);
  }

  function operand(depth: number): number {
    if (depth > deepest) throw new Error(`Brackets and signs are nested more than ${deepest} deep.`);
    if (takes("-")) return -operation(signBinding, depth + 1);
    if (takes("+")) return operation(signBinding, depth + 1);
    if (takes("(")) {
      const value = operation(0, depth + 1);
      if (!takes(")")) throw wrong('an operator or ")"');
      return value;
    }
    const text = tokens[next]?.text ?? "";
    if (/^[.\d]/.test(text) && text !== ".") return Number(tokens[next++]?.text);
    if (Object.hasOwn(constants, text)) return constants[tokens[next++]?.text ?? ""] ?? Number.NaN;
    if (Object.hasOwn(functions, text)) return called(depth);
    throw wrong("a number, a constant or a function");
  }

  function called(depth: number): number {
    const name = tokens[next++]?.text ?? "";
    const values: number[] = [];
    if (!takes("(")) throw wrong(`"(" after ${name}`);
    do values.push(operation(0, depth + 1));
    while (takes(","));
    if (!takes(")")) throw wrong('"," or ")"');
    const known = functions[name];
    if (known === undefined || values.length < known.least || values.length > known.most)
      throw new Error(`${name} does not take ${values.length} numbers.`);
    return known.of(...values);
  }

  function operation(least: number, depth: number): number {
    let value = operand(depth);
    while (takes("!")) value = factorial(value);
    for (;;) {
      const operator = tokens[next]?.text ?? "";
      const strength = binding[operator] ?? 0;
      if (strength <= least) return value;
      next++;
      value = apply(operator, value, operation(operator === "^" ? strength - 1 : strength, depth + 1));
    }
  }

  const value = operation(0, 0);
  if (next < tokens.length) throw wrong("an operator");
  return value;
}

function apply(operator: string, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "^":
      return left ** right;
    default:
      if (right === 0) throw new Error("Something is divided by zero.");
      return operator === "/" ? left / right : left % right;
  }
}

function factorial(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 170)
    throw new Error("! needs a whole number from 0 to 170.");
  let product = 1;
  for (let factor = 2; factor <= value; factor++) product *= factor;
  return product;
}

/** Halves away from zero, as people round; in decimal, so that 1.005 becomes 1.01. */
function round(value: number, digits = 0): number {
  if (!Number.isInteger(digits) || Math.abs(digits) > 15) throw new Error("round takes -15 to 15 digits.");
  const [mantissa, exponent = "0"] = String(Math.abs(value)).split("e");
  const shifted = Math.round(Number(`${mantissa}e${Number(exponent) + digits}`));
  const [whole, power = "0"] = String(shifted).split("e");
  return Math.sign(value) * Number(`${whole}e${Number(power) - digits}`);
}
