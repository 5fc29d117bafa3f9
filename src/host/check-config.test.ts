import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Check } from "typebox/value";
import { ConfigSchema } from "../protocols/config.ts";
import { checkConfig } from "./check-config.ts";
import { type SchemaNode, settings } from "./config-schema.ts";

/** Trees whose keys are mostly ours, so that faults are found at every depth. */
const key = fc.oneof(
  fc.constantFrom(
    ...new Set(settings().flatMap(({ path }) => path)),
    "providers",
    "base_url",
    "*",
    "__proto__",
  ),
  fc.string({ maxLength: 5 }),
);
const leaf = fc.oneof(
  fc.constantFrom(null, "", "normal", "info", "https://a.example", true, 0, 1, 8000, 0.5, -1, Number.NaN),
  fc.string({ maxLength: 20 }),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie("tree")), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  ),
}));

test("whatever is taken fits the schema, and whatever is not has faults to tell", () => {
  fc.assert(
    fc.property(tree, (value) => {
      const checked = checkConfig(value);
      if ("config" in checked) assert.ok(Check(ConfigSchema, checked.config));
      else assert.ok(checked.faults.length > 0 && checked.faults.every(({ message }) => message !== ""));
    }),
    { numRuns: 500 },
  );
});

/** A value that the setting takes, other than its default where it has another. */
function another(node: SchemaNode): unknown {
  if (node.anyOf !== undefined) return node.anyOf.at(-1)?.const;
  if (node.type === "boolean") return node.default !== true;
  if (node.type === "integer" || node.type === "number")
    return (node.minimum ?? node.exclusiveMinimum ?? 0) + 1;
  if (node.type === "array") return [node.items?.pattern === undefined ? "a" : "https://a.example"];
  if (node.patternProperties !== undefined) return {};
  const texts = ["a text that is long enough", "https://a.example", "/a/path", "postgres://a.example/db"];
  return texts.find((text) => node.pattern === undefined || new RegExp(node.pattern).test(text));
}

test("every setting can be set alone, and what is set is what comes out", () => {
  for (const { path, node } of settings()) {
    const value = another(node);
    const checked = checkConfig(path.reduceRight<unknown>((tree, key) => ({ [key]: tree }), value));
    assert.ok("config" in checked, `${path.join(".")}: ${JSON.stringify(checked)}`);
    const out = path.reduce<unknown>((at, key) => Reflect.get(at as object, key), checked.config);
    assert.deepEqual(out, value, path.join("."));
  }
});

test("a value of a wrong kind is a fault at every setting", () => {
  for (const { path } of settings()) {
    for (const value of [Symbol("odd"), () => {}]) {
      const checked = checkConfig(path.reduceRight<unknown>((tree, key) => ({ [key]: tree }), value));
      assert.ok("faults" in checked, path.join("."));
      assert.deepEqual(
        checked.faults.map((fault) => fault.path),
        [path],
      );
    }
  }
});

test("a key of the language's own is a key like any other", () => {
  const checked = checkConfig(JSON.parse('{ "__proto__": { "port": 1 }, "constructor": 1, "toString": {} }'));
  assert.ok("faults" in checked);
  assert.deepEqual(
    checked.faults.map(({ path }) => path[0]),
    ["__proto__", "constructor", "toString"],
  );
});

test("a regular expression that is broken or slow is a fault, found in a moment", () => {
  for (const mask of ["(", "^(a+)+$"]) {
    const checked = checkConfig({ mcp_servers: { one: { command: "x", allow_tools: mask } } });
    assert.ok("faults" in checked);
    assert.deepEqual(checked.faults[0]?.path, ["mcp_servers", "one", "allow_tools"]);
    assert.match(checked.faults[0]?.message ?? "", /^is "[^"]+", which cannot be used: /);
  }
});
