import assert from "node:assert/strict";
import { test } from "node:test";
import type { CorePlugin } from "../../protocols/plugin.ts";
import { memoryStore } from "../../testkit/memory-store.ts";
import { testHost } from "../../testkit/test-host.ts";
import { outsideUsers } from "./outside-users.ts";

const store: CorePlugin<"store"> = { role: "store", name: "memory", create: (host) => memoryStore(host) };
const nobody = { accounts: new Map(), faults: [], state: "missing" as const };
const users = { now: async () => nobody, refresh: async () => nobody };
const grace = { source: "ldap", subject: "1", username: "grace", role: "user" };

test("nobody takes the name under which calls without a token are answered, unless it was theirs before", async () => {
  const open_api = { user: "paula" };
  const { admit } = outsideUsers(testHost({ config: { open_api }, plugins: [store] }), users);
  for (const username of ["paula", "Paula", "pau1a"])
    await assert.rejects(admit({ ...grace, username }), { code: "forbidden" }, username);
  assert.equal((await admit(grace)).username, "grace");

  const shared = memoryStore(testHost());
  const kept: CorePlugin<"store"> = { ...store, create: () => shared };
  const before = outsideUsers(testHost({ plugins: [kept] }), users);
  await before.admit({ ...grace, username: "paula" });
  const later = outsideUsers(testHost({ config: { open_api }, plugins: [kept] }), users);
  assert.equal((await later.admit({ ...grace, username: "paula" })).username, "paula");
});
