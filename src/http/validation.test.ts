import assert from "node:assert/strict";
import { test } from "node:test";
import Type from "typebox";
import { faultsAnswer, RequestFaults, validatorCompiler } from "./validation.ts";

const schema = Type.Object(
  {
    name: Type.String({ maxLength: 10 }),
    list: Type.Optional(Type.Array(Type.Object({ id: Type.String() }), { maxItems: 3 })),
  },
  { additionalProperties: false },
);
const validate = validatorCompiler({ schema, httpPart: "body", method: "POST", url: "/" });

function faultsOf(body: unknown) {
  const { error } = validate(body) as { readonly error?: Error };
  assert.ok(error instanceof RequestFaults);
  return faultsAnswer(error).detail;
}

test("a fault is told with its place and with what was sent", () => {
  assert.deepEqual(faultsOf({ name: "x".repeat(11), extra: [1, { a: null }] }), [
    {
      type: "extra_forbidden",
      loc: ["body", "extra"],
      msg: "Extra inputs are not permitted",
      input: [1, { a: null }],
    },
    {
      ...{ type: "string_too_long", loc: ["body", "name"], input: "x".repeat(11) },
      msg: "String should have at most 10 characters",
    },
  ]);
});

test("what was sent is not repeated where it is large or deep, and faults are told up to a hundred", () => {
  const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`) as unknown;
  const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`key${index}`, index]));
  for (const body of [{ name: "x".repeat(2_000_000) }, { name: deep }, { name: "a", deep }, many]) {
    const faults = faultsOf(body);
    assert.ok(faults.length > 0 && faults.length <= 100);
    assert.ok(JSON.stringify(faults).length < 20_000);
  }
});

test("a list of very many things that do not fit is refused at once", () => {
  faultsOf({ name: "a", list: [{}, {}, {}, {}] }); // the schema is compiled on first use
  for (const body of [
    { name: "a", list: Array(900_000).fill(1) },
    { name: "a", list: Array(300_000).fill({ id: "a" }) },
  ]) {
    const before = process.threadCpuUsage();
    assert.ok(faultsOf(body).length > 0);
    const { user, system } = process.threadCpuUsage(before);
    assert.ok(user + system < 400_000, `${(user + system) / 1000} ms`);
  }
});
