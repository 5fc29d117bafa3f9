import assert from "node:assert/strict";
import { test } from "node:test";
import type { RoleEntry } from "../api/wire.ts";
import { beginning, nameOfPrompt, promptGroups } from "./prompt-groups.ts";

const role = (name: string, shared = false): RoleEntry => ({
  ...{ id: name, key: `role:${name}`, name, instructions: `Be\n ${name}.`, version: 1, shared },
  ...{ created: "", updated: "" },
});
const words = { own: "Your roles", shared: "Shared", prompts: "Prompts" };

test("one's own roles come first, then the shared ones, then prompts", () => {
  const groups = promptGroups({ default: "For all" }, [role("a"), role("b", true), role("c")], words);
  assert.deepEqual(
    groups.map(({ name, items }) => [name, items.map((item) => [item.value, item.name, item.note])]),
    [
      [
        "Your roles",
        [
          ["role:a", "a", "Be a."],
          ["role:c", "c", "Be c."],
        ],
      ],
      ["Shared", [["role:b", "b", "Be b."]]],
      ["Prompts", [["default", undefined, "For all"]]],
    ],
  );
});

test("where there are no roles, prompts stand without a heading", () => {
  assert.deepEqual(promptGroups({ zero: "" }, [], words), [
    { name: "", items: [{ value: "zero", note: "" }] },
  ]);
});

test("a role is called by its name, a prompt by its key, and a role that is gone by nothing", () => {
  assert.equal(nameOfPrompt("role:a", [role("a")]), "a");
  assert.equal(nameOfPrompt("zero", [role("a")]), "zero");
  assert.equal(nameOfPrompt("role:b", [role("a")]), undefined);
});

test("of long instructions the beginning is shown, on one line and in whole characters", () => {
  assert.equal(beginning("one\n\n two", 7), "one two");
  assert.equal(beginning("🦴🦴🦴 four", 2), "🦴🦴…");
});
