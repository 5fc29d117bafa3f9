import assert from "node:assert/strict";
import { test } from "node:test";
import { firstOffered, modelGroups, realModels } from "./model-groups.ts";

const words = { lastUsed: "Last used", absent: () => "It does not answer." };
const shape = (groups: ReturnType<typeof modelGroups>) =>
  groups.map(({ name, items }) => [name, items.map(({ value }) => value)]);

test("models stand under their providers in the order of the list", () => {
  const models = [
    { id: "b", provider: "two" },
    { id: "a", provider: "one" },
    { id: "c", provider: "two" },
  ];
  assert.deepEqual(shape(modelGroups(models, ["a"], [], words)), [
    ["two", ["b", "c"]],
    ["one", ["a"]],
  ]);
});

test("out of many the last used ones come first, each model once, and those that are gone do not", () => {
  const models = [..."abcdefg"].map((id) => ({ id, provider: "one" }));
  const [recent, rest] = modelGroups(models, ["c", "gone", "a"], [], words);
  assert.deepEqual(recent?.items, [
    { value: "c", note: "one" },
    { value: "a", note: "one" },
  ]);
  assert.deepEqual(
    rest?.items.map(({ value }) => value),
    [..."bdefg"],
  );
});

test("a provider that does not answer stands at the end, and its models cannot be chosen", () => {
  const absent = [{ provider: "down", reason: "upstream_unreachable", models: ["z"] }];
  const groups = modelGroups([{ id: "a", provider: "up" }], [], absent, words);
  assert.deepEqual(groups.at(-1), {
    name: "down",
    note: "It does not answer.",
    items: [{ value: "z", disabled: true }],
  });
});

test("the placeholder for no models is no model", () => {
  assert.deepEqual(realModels([{ id: "MODELS NOT AVAILABLE", provider: "" }]), []);
});

test("what is not offered any more is not chosen", () => {
  assert.equal(firstOffered(["a", "b"], ["gone", undefined, "b"]), "b");
  assert.equal(firstOffered(["a", "b"], ["gone"]), "a");
  assert.equal(firstOffered([], ["gone"]), undefined);
});
