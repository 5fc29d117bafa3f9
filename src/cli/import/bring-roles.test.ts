import assert from "node:assert/strict";
import { test } from "node:test";
import { chatRoles } from "../../core/prompts/chat-roles.ts";
import type { CorePlugin } from "../../protocols/plugin.ts";
import { memoryStore } from "../../testkit/memory-store.ts";
import { testHost } from "../../testkit/test-host.ts";
import { bringRoles } from "./bring-roles.ts";

const store: CorePlugin<"store"> = { role: "store", name: "memory", create: (host) => memoryStore(host) };
const userId = "ada";

test("a name that is taken by other instructions gets a number, one that says the same is taken for it", async () => {
  const roles = chatRoles(testHost({ plugins: [store] }));
  const kind = await roles.createRole({ userId, name: "Kind", instructions: "Be kind." });
  await roles.createRole({ userId, name: "R&D", instructions: "Mine." });
  await roles.createRole({ userId: "root", name: "Shared", instructions: "Everybody's.", shared: true });
  const stored = [
    { id: "one", name: "kind", instructions: "Be kind." },
    { id: "two", name: "R&amp;D", instructions: "Theirs." },
    { id: "three", name: "R&D", instructions: "Another one's." },
    { id: "four", name: "x".repeat(101), instructions: "Too long a name." },
    { id: "five", name: "Shared", instructions: "Of our own." },
  ];
  const expected = {
    added: 3,
    there: 1,
    renamed: [
      { from: "R&D", to: "R&D (2)" },
      { from: "R&D", to: "R&D (3)" },
    ],
  };
  const names = async () => (await roles.listRoles({ userId })).map(({ name }) => name);
  const before = await names();
  const { keys: _, ...planned } = await bringRoles(roles, userId, stored, { dryRun: true });
  assert.deepEqual(await names(), before);

  const { keys, refused, ...brought } = await bringRoles(roles, userId, stored, { dryRun: false });
  assert.deepEqual(brought, expected);
  assert.deepEqual(planned, { ...brought, refused }, "a dry run foresees all of it");
  assert.deepEqual(
    refused.map(({ name }) => name.length),
    [101],
  );
  assert.deepEqual(Object.fromEntries(keys), {
    kind: `role:${kind.id}`,
    "R&amp;D": "role:two",
    "R&D": "role:three",
    Shared: "role:five",
  });
  assert.deepEqual(await names(), ["Kind", "R&D", "R&D (2)", "R&D (3)", "Shared", "Shared"]);
  const again = await bringRoles(roles, userId, stored, { dryRun: false });
  assert.deepEqual([again.added, again.there, again.renamed], [0, 4, []]);
});
