import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ChatRole, ChatRoles } from "../protocols/chat-roles.ts";

const userId = "ada";
const stranger = "bob";

/** What every `ChatRoles` does. `open` gives an empty one. */
export const chatRolesContract = (name: string, open: () => Promise<ChatRoles>) =>
  describe(name, () => {
    const make = (
      roles: ChatRoles,
      name: string,
      more: { userId?: string; shared?: boolean; id?: string } = {},
    ) => roles.createRole({ userId, name, instructions: `Be ${name}.`, ...more });
    const names = (list: readonly ChatRole[]) => list.map((role) => role.name);

    test("a role is what it was made of, trimmed", async () => {
      const roles = await open();
      const made = await roles.createRole({ userId, name: " R&D ", instructions: "\nBe <b>bold</b>.\n" });
      const { id, created, updated, ...rest } = made;
      assert.deepEqual(rest, {
        ...{ name: "R&D", instructions: "Be <b>bold</b>.", version: 1, shared: false },
      });
      assert.match(created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.equal(updated, created);
      assert.deepEqual(await roles.getRole({ userId, id }), made);
      assert.deepEqual(await roles.listRoles({ userId }), [made]);
    });

    test("they are listed by name, whatever the case, the user's own and the shared ones", async () => {
      const roles = await open();
      for (const name of ["beta", "Alpha", "gamma"]) await make(roles, name);
      await make(roles, "Common", { userId: stranger, shared: true });
      await make(roles, "Hidden", { userId: stranger });
      await make(roles, "ALPHA", { shared: true });
      assert.deepEqual(names(await roles.listRoles({ userId })), [
        ...["Alpha", "ALPHA", "beta", "Common", "gamma"],
      ]);
      assert.deepEqual(names(await roles.listRoles({ userId: stranger })), ["ALPHA", "Common", "Hidden"]);
    });

    test("a name is taken once by each user, whatever its case", async () => {
      const roles = await open();
      await make(roles, "Reviewer");
      await assert.rejects(make(roles, "rEVIEWER "), { code: "conflict" });
      await make(roles, "Reviewer", { userId: stranger });
      const both = await Promise.allSettled([make(roles, "Twice"), make(roles, "twice")]);
      assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
      assert.equal((await roles.listRoles({ userId })).length, 2);
    });

    test("a user has at most 500, and so has everybody together", async () => {
      const roles = await open();
      const [first] = await Promise.all(Array.from({ length: 500 }, (_, at) => make(roles, `Role ${at}`)));
      assert.ok(first);
      await assert.rejects(make(roles, "One more"), { code: "bad_input" });
      await make(roles, "Role 1", { userId: stranger });
      await make(roles, "One more", { shared: true });
      await roles.deleteRole({ userId, id: first.id });
      await make(roles, "One more");
    });

    test("making one again with the same id changes nothing", async () => {
      const roles = await open();
      const first = await make(roles, "First", { id: "mine" });
      assert.deepEqual(await make(roles, "Second", { id: "mine" }), first);
      assert.deepEqual(names(await roles.listRoles({ userId })), ["First"]);
      await make(roles, "Second");
    });

    test("what is not given stays as it is; a name that was given up is free again", async () => {
      const roles = await open();
      const { id } = await make(roles, "Old");
      const told = await roles.updateRole({ userId, id }, { instructions: "Be new." });
      assert.deepEqual([told.name, told.instructions], ["Old", "Be new."]);
      const renamed = await roles.updateRole({ userId, id }, { name: "New" });
      assert.deepEqual([renamed.name, renamed.instructions], ["New", "Be new."]);
      assert.deepEqual(await roles.getRole({ userId, id }), renamed);
      await roles.updateRole({ userId, id }, { name: "NEW" });
      await make(roles, "old");
      await assert.rejects(roles.updateRole({ userId, id }, { name: "Old" }), { code: "conflict" });
      assert.deepEqual(names(await roles.listRoles({ userId })), ["NEW", "old"]);
    });

    test("each change of its instructions is a version, and the former ones are kept as they were", async () => {
      const roles = await open();
      const { id } = await make(roles, "Poet");
      const at = { userId, id, byAdmin: true };
      const said = async (who = userId) =>
        (await roles.listVersions({ userId: who, id })).map(({ version, instructions, replaced }) => [
          ...[version, instructions, replaced !== undefined],
        ]);
      assert.deepEqual(await said(), [[1, "Be Poet.", false]]);
      assert.equal((await roles.updateRole(at, { instructions: "Rhyme." })).version, 2);
      assert.equal((await roles.updateRole(at, { name: "Bard", instructions: "Rhyme." })).version, 2);
      await roles.updateRole(at, { shared: true });
      assert.equal((await roles.updateRole(at, { instructions: "Sing.", shared: false })).version, 3);
      const all = [
        [3, "Sing.", false],
        [2, "Rhyme.", true],
        [1, "Be Poet.", true],
      ];
      assert.deepEqual(await said(), all);
      await assert.rejects(said(stranger), { code: "record_not_found" });
      await roles.updateRole(at, { shared: true });
      assert.deepEqual(await said(stranger), all);
      await roles.deleteRole(at);
      await assert.rejects(said(), { code: "record_not_found" });
      // One that is made again under the id is another role: nothing of the old one comes back with its next version.
      assert.equal((await make(roles, "Bard", { id })).version, 1);
      assert.deepEqual(await said(), [[1, "Be Bard.", false]]);
      await roles.updateRole({ userId, id }, { instructions: "Hum." });
      assert.deepEqual(await said(), [
        [2, "Hum.", false],
        [1, "Be Bard.", true],
      ]);
    });

    test("of two changes of its instructions at once one is kept, and the other told that it came too late", async () => {
      const roles = await open();
      const { id } = await make(roles, "Poet");
      const both = ["Rhyme.", "Sing."].map((instructions) =>
        roles.updateRole({ userId, id }, { instructions }),
      );
      const outcomes = await Promise.allSettled(both);
      const late = outcomes.find((outcome) => outcome.status === "rejected");
      assert.equal((late?.reason as { readonly code?: string } | undefined)?.code, "stale");
      assert.equal((await roles.listVersions({ userId, id })).length, 2);
    });

    test("a deleted one is gone, and its name is free again", async () => {
      const roles = await open();
      const { id } = await make(roles, "Gone");
      await roles.deleteRole({ userId, id });
      assert.equal(await roles.getRole({ userId, id }), undefined);
      await assert.rejects(roles.deleteRole({ userId, id }), { code: "record_not_found" });
      await assert.rejects(roles.updateRole({ userId, id }, { name: "Back" }), { code: "record_not_found" });
      await make(roles, "Gone");
    });

    test("somebody else's is answered like a missing one", async () => {
      const roles = await open();
      const { id } = await make(roles, "Mine");
      const at = { userId: stranger, id };
      assert.equal(await roles.getRole(at), undefined);
      await assert.rejects(roles.updateRole({ ...at, byAdmin: true }, {}), { code: "record_not_found" });
      await assert.rejects(roles.deleteRole({ ...at, byAdmin: true }), { code: "record_not_found" });
      assert.equal((await roles.getRole({ userId, id }))?.name, "Mine");
    });

    test("a shared one is everybody's to choose and an admin's to change", async () => {
      const roles = await open();
      const { id, shared } = await make(roles, "Common", { shared: true });
      assert.equal(shared, true);
      const at = { userId: stranger, id };
      assert.equal((await roles.getRole(at))?.instructions, "Be Common.");
      await assert.rejects(roles.updateRole(at, { name: "Mine" }), { code: "record_not_found" });
      await assert.rejects(roles.deleteRole(at), { code: "record_not_found" });
      await roles.updateRole({ ...at, byAdmin: true }, { name: "Ours" });
      assert.equal((await roles.getRole({ userId, id }))?.name, "Ours");
      await make(roles, "common", { shared: true });
    });

    test("one of the user's own is shared, and taken back, under the same id", async () => {
      const roles = await open();
      const { id } = await make(roles, "Role");
      const at = { userId, id, byAdmin: true };
      await roles.updateRole(at, { shared: true });
      assert.deepEqual(names(await roles.listRoles({ userId: stranger })), ["Role"]);
      await make(roles, "Role");
      await assert.rejects(roles.updateRole(at, { shared: false }), { code: "conflict" });
      await roles.updateRole(at, { shared: false, name: "Role again" });
      assert.deepEqual(names(await roles.listRoles({ userId: stranger })), []);
      assert.deepEqual(names(await roles.listRoles({ userId })), ["Role", "Role again"]);
    });

    test("blank and too long texts are refused, and nothing is kept of them", async () => {
      const roles = await open();
      const { id } = await make(roles, "Good");
      const bad = [
        { name: "  " },
        { instructions: " \n" },
        { name: "x".repeat(101) },
        { instructions: "x".repeat(5001) },
        { name: "two\nlines" },
      ];
      for (const fields of bad) {
        const whole = { userId, name: "Name", instructions: "Text", ...fields };
        await assert.rejects(roles.createRole(whole), { code: "bad_input" }, JSON.stringify(fields));
        await assert.rejects(roles.updateRole({ userId, id }, fields), { code: "bad_input" });
      }
      await roles.createRole({ userId, name: "𝒳".repeat(100), instructions: "x".repeat(5000) });
      assert.equal((await roles.listRoles({ userId })).length, 2);
    });
  });
