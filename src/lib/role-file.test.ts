import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { type RoleTexts, readRoleFile, writeRoleFile } from "./role-file.ts";
import { foldedName, roleTextFault } from "./role-texts.ts";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom("a", " ", "\n", "\t", "\r", ":", "#", "-", '"', "'", "\\", "|", "🦴", "é"),
    maxLength: 60,
  }),
  fc.constantFrom(
    "yes",
    "null",
    "~",
    "42",
    "0x1f",
    "- a\n- b",
    "a: b",
    "---",
    "|\n  x",
    "{}",
    "2031-02-03",
    "<<",
  ),
);
const role = fc
  .record({ name: text, instructions: text })
  .map(({ name, instructions }): RoleTexts => ({ name: name.trim(), instructions: instructions.trim() }))
  .filter(
    ({ name, instructions }) =>
      roleTextFault("name", name) === undefined && roleTextFault("instructions", instructions) === undefined,
  );
const roles = fc.uniqueArray(role, { selector: ({ name }) => foldedName(name), maxLength: 8 });

test("what was written is read, in both formats", () => {
  fc.assert(
    fc.property(roles, fc.constantFrom("yaml" as const, "json" as const), (list, format) =>
      assert.deepEqual(readRoleFile(writeRoleFile(list, format)), list),
    ),
  );
});

test("whatever stands in a file is read or refused with a sentence", () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.json()), (content) => {
      try {
        for (const entry of readRoleFile(content)) assert.equal(typeof entry.name, "string");
      } catch (error) {
        assert.equal((error as { code?: string }).code, "bad_input");
      }
    }),
  );
});

test("long instructions stand in YAML as they are, line by line", () => {
  const list = [{ name: "Reviewer", instructions: "Be strict.\n\n  Indented, and: long\nEnd." }];
  assert.equal(
    writeRoleFile(list, "yaml"),
    "- name: Reviewer\n  instructions: |-\n    Be strict.\n\n      Indented, and: long\n    End.\n",
  );
});

test("a file of system prompts is understood, and what else entries have is passed over", () => {
  const file = readFileSync(new URL("../../docs/examples/system_prompts.yaml", import.meta.url), "utf8");
  const prompts = parse(file) as Record<string, { content: string }>;
  const read = readRoleFile(file);
  assert.deepEqual(
    read,
    Object.entries(prompts).map(([name, { content }]) =>
      content === "" ? { name, fault: "no_instructions" } : { name, instructions: content.trim() },
    ),
  );
  assert.deepEqual(readRoleFile('[{"id": 7, "name": " R ", "instructions": " x ", "created": 1}]'), [
    { name: "R", instructions: "x" },
  ]);
  assert.deepEqual(readRoleFile('{"__proto__": {"content": "x"}, "1": {"content": "y"}}').length, 2);
});

test("each entry that cannot be a role says why, and the others stay", () => {
  const file = JSON.stringify([
    { name: "Good", instructions: "x" },
    "text",
    { instructions: "x" },
    { name: "None", instructions: [] },
    { name: "n".repeat(101), instructions: "x" },
    { name: "Long", instructions: "x".repeat(5001) },
    { name: "two\nlines", instructions: "x" },
    { name: "GOOD", instructions: "y" },
  ]);
  assert.deepEqual(
    readRoleFile(file).map((entry) => entry.fault),
    [
      undefined,
      "no_role",
      "no_name",
      "no_instructions",
      "long_name",
      "long_instructions",
      "lines_in_name",
      "twice",
    ],
  );
});

test("what is no list of roles is refused as a whole", () => {
  for (const content of ["", "hello", "42", "a: [", "null", `[${"1,".repeat(1000)}1]`, "&a [*a, *a]\n b"])
    assert.throws(() => readRoleFile(content), { code: "bad_input" }, content.slice(0, 20));
  const deep = `${"[".repeat(1e5)}${"]".repeat(1e5)}`;
  assert.deepEqual(readRoleFile(deep), [{ name: "", fault: "no_role" }]);
});

test("a file that was made to take long is refused at once", () => {
  for (const content of ["[".concat("a,".repeat(900_000)), "a\n".repeat(900_000), "? ".repeat(900_000)]) {
    const before = process.threadCpuUsage();
    assert.throws(() => readRoleFile(content), { code: "bad_input" });
    const { user, system } = process.threadCpuUsage(before);
    assert.ok(user + system < 1_000_000, `${(user + system) / 1000} ms`);
  }
});
