import assert from "node:assert/strict";
import { test } from "node:test";
import { firstOffered, modelGroups, realModels } from "./model-groups.ts";

test("models stand under their providers in the order of the list", () => {
  const models = [
    { id: "b", provider: "two" },
    { id: "a", provider: "one" },
    { id: "c", provider: "two" },
  ];
  assert.deepEqual(
    modelGroups(models).map(([provider, group]) => [provider, group.map(({ id }) => id)]),
    [
      ["two", ["b", "c"]],
      ["one", ["a"]],
    ],
  );
});

test("the placeholder for no models is no model", () => {
  assert.deepEqual(realModels([{ id: "MODELS NOT AVAILABLE", provider: "" }]), []);
});

test("what is not offered any more is not chosen", () => {
  assert.equal(firstOffered(["a", "b"], ["gone", undefined, "b"]), "b");
  assert.equal(firstOffered(["a", "b"], ["gone"]), "a");
  assert.equal(firstOffered([], ["gone"]), undefined);
});
