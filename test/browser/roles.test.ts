import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { until } from "../../src/testkit/until.ts";
import { axeFaults } from "../support/axe.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { button, chosen, ended, pick, picker, say } from "./parts.ts";

const serve = testBrowser();
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const list = (page: Page) => page.getByRole("listbox", { name: "Prompt" });
const nameField = (page: Page) => page.getByRole("textbox", { name: "Name" });
const instructions = (page: Page) => page.getByRole("textbox", { name: "Instructions" });
const group = (page: Page, name: string) =>
  list(page).getByRole("group", { name }).locator(".option-name").allTextContents();

async function open(page: Page): Promise<void> {
  await picker(page, "Prompt").click();
  await list(page).waitFor();
}

async function manage(page: Page): Promise<void> {
  await open(page);
  await button(page, "Manage roles").click();
  await page.getByRole("heading", { name: "Manage roles" }).waitFor();
}

async function shut(page: Page): Promise<void> {
  const open = page.locator("[data-opens=prompt] [aria-expanded=true]");
  await until("they are shut", async () => {
    if ((await open.count()) === 0) return true;
    await page.keyboard.press("Escape");
    return false;
  });
}

async function assertSound(page: Page): Promise<void> {
  assert.deepEqual(await axeFaults(page), []);
}

test("roles in the page, from the first one to a file of them", manyCases, async (t) => {
  const { open: openPage, as, upstream } = await serve(t);
  const page = await openPage();
  const firstSystem = () => {
    const { messages = [] } = upstream.requests.at(-1)?.body ?? {};
    const [first] = messages as readonly { role: string; content: string }[];
    return first?.role === "system" ? first.content : undefined;
  };
  const api = as("ada");
  const rows = () => api.get<{ id: string; name: string; instructions: string }[]>("/api/v1/roles");
  const thread = async () =>
    (await api.get<{ model: string; system_prompt: string }[]>("/api/v1/threads")).at(0);

  await t.test(
    "what is wrong is told in place, and what was written outlives a click elsewhere and a reload",
    async () => {
      await open(page);
      await button(page, "New role").click();
      await button(page, "Save").click();
      await page.getByText("A role needs a name.").waitFor();
      await nameField(page).and(page.locator("[aria-invalid=true]:focus")).waitFor();
      await nameField(page).fill("Reviewer");
      await instructions(page).fill("x".repeat(5001));
      await page.getByText("The instructions are too long.").waitFor();
      await page.getByText("5,001 / 5,000").waitFor();
      await instructions(page).fill("Be strict.\nSay why.");
      await page.getByRole("heading", { name: "What is on your mind?" }).click();
      assert.equal(await instructions(page).inputValue(), "Be strict.\nSay why.");
      await page.reload();
      await open(page);
      await button(page, "Go on with the new role").click();
      assert.equal(await nameField(page).inputValue(), "Reviewer");
      await page.keyboard.press("ControlOrMeta+Enter");
      await list(page).waitFor();
      assert.deepEqual(await group(page, "Your roles"), ["Reviewer"]);
      await button(page, "New role").waitFor();
      await button(page, "New role").click();
      await nameField(page).fill("rEVIEWER");
      await page.getByText("There is a role of this name already.").waitFor();
      await button(page, "Cancel").click();
      await shut(page);
    },
  );

  await t.test(
    "one is chosen by its name, goes with a new chat, and is cleared by choosing it again",
    async () => {
      await pick(page, "Prompt", "Reviewer");
      await page.reload();
      await chosen(page, "Prompt", "Reviewer");
      await say(page, "Hello");
      await ended(page);
      assert.equal(firstSystem(), "Be strict.\nSay why.");
      await open(page);
      const option = list(page).getByRole("option", { name: "Reviewer", selected: true });
      assert.match((await option.textContent()) ?? "", /Be strict\. Say why\./);
      await option.click();
      await chosen(page, "Prompt", "default");
      await until("the thread has it", async () => (await thread())?.system_prompt === "default");
    },
  );

  await t.test(
    "a choice is the thread's at once, in every window, and answering with another model leaves it",
    async () => {
      const other = await openPage({ at: new URL(page.url()).hash });
      await chosen(other, "Prompt", "default");
      await pick(page, "Prompt", "Reviewer");
      await chosen(other, "Prompt", "Reviewer");
      await button(page, "Answer with another model").click();
      await page.getByRole("menuitem", { name: /^beta-mini/ }).click();
      await until("it is answered", () => upstream.requests.at(-1)?.body.model === "beta-mini");
      await ended(page);
      assert.equal((await thread())?.model, "alpha-large");
      await chosen(page, "Model", "alpha-large");
      await pick(other, "Model", "beta-mini");
      await chosen(page, "Model", "beta-mini");
      const asked = upstream.requests.length;
      await say(page, "Again");
      await until("it is answered", () => upstream.requests.length > asked);
      assert.equal(upstream.requests.at(-1)?.body.model, "beta-mini");
      assert.equal(firstSystem(), "Be strict.\nSay why.");
      await ended(page);
      await other.close();
    },
  );

  await t.test(
    "what another window does to a role is seen; one that was deleted is called so, and comes back",
    async () => {
      const [role] = await rows();
      const change = { method: "POST", json: { name: "Critic" } };
      await api(`/api/v1/roles/${role?.id}`, change);
      await chosen(page, "Prompt", "Critic");
      await manage(page);
      await button(page, "Delete “Critic”").click();
      await chosen(page, "Prompt", "Deleted role");
      await page.getByText("You have no roles yet.").waitFor({ state: "detached" });
      await until("it is gone", async () => (await rows()).length === 0);
      await button(page, "Undo").click();
      await chosen(page, "Prompt", "Critic");
      assert.deepEqual(
        (await rows()).map(({ id, instructions }) => [id, instructions]),
        [[role?.id, "Be strict.\nSay why."]],
      );
      await button(page, "Delete “Critic”").click();
      await chosen(page, "Prompt", "Deleted role");
      await page.keyboard.press("Escape");
      await page.getByText("The role of this chat was deleted.").waitFor();
      await shut(page);
    },
  );

  await t.test("a file says what it brings, then brings it; an export is the same file", async () => {
    await api("/api/v1/roles", { method: "POST", json: { name: "Kept", instructions: "As it is." } });
    await manage(page);
    await button(page, "Import").click();
    const source = page.getByRole("textbox", { name: "Roles as YAML or JSON" });
    await source.fill('[{"name": "Kept", "instructions": "As it is."}]');
    await page.getByText("Nothing in it is new.").waitFor();
    await page.getByLabel("Choose a file").setInputFiles({
      name: "system_prompts.yaml",
      mimeType: "application/yaml",
      buffer: Buffer.from("Kept: { content: Other. }\ntutor: { content: Teach. }\nzero: { content: '' }\n"),
    });
    const lines = page.getByRole("list", { name: "What it brings" }).getByRole("listitem");
    await until("all is told", async () => (await lines.count()) === 3);
    assert.deepEqual(await lines.allTextContents(), [
      "KeptChanged",
      "tutorNew",
      "zeroLeft out: it has no instructions.",
    ]);
    assert.deepEqual((await rows()).length, 1);
    await button(page, "Import 2 roles").click();
    await page.getByRole("heading", { name: "Manage roles" }).waitFor();
    await button(page, "Edit “tutor”").waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export as YAML" }).click();
    const path = await (await download).path();
    assert.equal(
      readFileSync(path, "utf8"),
      "- name: Kept\n  instructions: Other.\n- name: tutor\n  instructions: Teach.\n",
    );
    await shut(page);
  });

  await t.test("an admin shares one; others may choose it and not change it", async () => {
    await manage(page);
    await button(page, "Edit “tutor”").click();
    await page.getByRole("checkbox", { name: "Share with everybody" }).check();
    await button(page, "Save").click();
    await page.getByText("for everybody").waitFor();
    await shut(page);
    const bobs = await openPage({ user: "bob" });
    await open(bobs);
    assert.deepEqual(await group(bobs, "Shared"), ["tutor"]);
    await list(bobs).getByRole("option", { name: "tutor" }).click();
    await chosen(bobs, "Prompt", "tutor");
    await open(bobs);
    assert.equal(await button(bobs, "Edit “tutor”").count(), 0);
    await button(bobs, "New role").click();
    assert.equal(await bobs.getByRole("checkbox").count(), 0);
    await button(bobs, "Cancel").click();
    await button(bobs, "Manage roles").click();
    await bobs.getByText("You have no roles yet.").waitFor();
    await bobs.close();
  });

  await t.test("all of it stands within a phone's width, in German too", async () => {
    const small = await openPage({
      ...phone,
      colorScheme: "dark",
      locale: "de-DE",
      mayFail: /^400 /,
    });
    const assertFits = async () => {
      assert.equal(await small.evaluate("document.documentElement.scrollWidth"), 390);
      const low =
        await small.evaluate(`[...document.querySelectorAll(".choosing :is(button, input, a, .option)")]
        .filter((part) => part.checkVisibility() && (part.closest("label") ?? part).getBoundingClientRect().height < 43.9)
        .map((part) => part.outerHTML.slice(0, 120))`);
      assert.deepEqual(low, []);
      await assertSound(small);
    };
    await small.getByRole("button", { name: /^Prompt: / }).tap();
    await small.getByRole("group", { name: "Deine Rollen" }).waitFor();
    await assertFits();
    await small.getByRole("button", { name: "Rollen verwalten" }).tap();
    await small.getByRole("heading", { name: "Rollen verwalten" }).waitFor();
    await assertFits();
    await small.getByRole("button", { name: "Neue Rolle" }).tap();
    await small.getByRole("button", { name: "Speichern" }).tap();
    await small.getByText("Eine Rolle braucht einen Namen.").waitFor();
    await assertFits();
    await small.getByRole("button", { name: "Abbrechen" }).tap();
    await small.getByRole("button", { name: "Importieren" }).tap();
    await small.getByRole("textbox", { name: "Rollen als YAML oder JSON" }).fill("a: [");
    await small.getByText("So kann der Server das nicht annehmen.").waitFor();
    await assertFits();
  });
});
