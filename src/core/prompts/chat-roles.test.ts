import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { codeOf } from "../../lib/errors.ts";
import { roleKey } from "../../lib/role-key.ts";
import type { CorePlugin } from "../../protocols/plugin.ts";
import { chatRolesContract } from "../../testkit/chat-roles-contract.ts";
import { memoryStore } from "../../testkit/memory-store.ts";
import { testHost } from "../../testkit/test-host.ts";
import { yamlPromptsPlugin } from "./yaml-prompts.ts";

const data = mkdtempSync(join(tmpdir(), "skeleton-roles-"));
after(() => rmSync(data, { recursive: true }));

const now = () => new Date("2026-01-01T00:00:00.000Z");

/** The prompts of a host whose store is in memory and empty. */
async function open() {
  let made = 0;
  const store: CorePlugin<"store"> = {
    role: "store",
    name: "memory",
    create: () => memoryStore({ now, newId: () => `record-${++made}` }),
  };
  const host = testHost({ plugins: [store, yamlPromptsPlugin], config: { data_path: data } });
  after(() => host.shutdown());
  const prompts = await host.get("system_prompt");
  assert.ok(prompts.roles);
  return { prompts, roles: prompts.roles, store: await host.get("store") };
}

chatRolesContract("chat roles on the store in memory", async () => (await open()).roles);

describe("a chat role as a prompt", () => {
  test("has its key, and stands in no list of prompts", async () => {
    const { prompts, roles } = await open();
    const { id } = await roles.createRole({ userId: "ada", name: "Strict", instructions: "Be strict." });
    assert.equal(await prompts.getPrompt({ userId: "ada", key: roleKey(id) }), "Be strict.");
    assert.equal(await prompts.getPrompt({ userId: "bob", key: roleKey(id) }), undefined);
    assert.deepEqual(Object.keys(await prompts.listPrompts({ userId: "ada" })), ["default", "zero"]);
  });
});

describe("names of roles", () => {
  test("are no roles, whatever is asked for", async () => {
    const { prompts, roles, store } = await open();
    await roles.createRole({ userId: "ada", name: "Strict", instructions: "Be strict." });
    const records = await store.find({ userId: "ada", store: "chat_roles" });
    const name = records.find(({ kind }) => kind === "name");
    assert.ok(name);
    const at = { userId: "ada", id: name.id };
    assert.equal(await prompts.getPrompt({ userId: "ada", key: roleKey(name.id) }), undefined);
    await assert.rejects(roles.deleteRole(at), { code: "record_not_found" });
  });

  test("are left in order by two renamings at once", async () => {
    const { roles } = await open();
    const at = { userId: "ada", id: "r" };
    await roles.createRole({ ...at, name: "Old", instructions: "x" });
    const both = ["One", "Two"].map((name) => roles.updateRole(at, { name }));
    const outcomes = await Promise.allSettled(both);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    const second = outcomes.find((outcome) => outcome.status === "rejected");
    assert.equal(codeOf(second?.reason), "stale", "no name was taken");
    const taken = (await roles.getRole(at))?.name;
    for (const name of ["Old", "One", "Two"].filter((name) => name !== taken))
      await roles.createRole({ userId: "ada", name, instructions: "x" });
    assert.equal((await roles.listRoles({ userId: "ada" })).length, 3);
  });

  test("are left in order by a deletion during a renaming", async () => {
    const { roles } = await open();
    const at = { userId: "ada", id: "r" };
    await roles.createRole({ ...at, name: "Old", instructions: "x" });
    await Promise.allSettled([roles.updateRole(at, { name: "New" }), roles.deleteRole(at)]);
    const left = (await roles.listRoles({ userId: "ada" })).map(({ name }) => name);
    for (const name of ["Old", "New"].filter((name) => !left.includes(name)))
      await roles.createRole({ userId: "ada", name, instructions: "x" });
    assert.equal((await roles.listRoles({ userId: "ada" })).length, 2);
  });
});
