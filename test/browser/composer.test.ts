import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page, Route } from "playwright-core";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { answersRead, button, chosen, composer, ended, newChat, questions, say, sidebar } from "./parts.ts";

const serve = testBrowser();

const menu = (page: Page) => page.getByRole("listbox", { name: "Commands" });
const plain = answer("This is a scripted answer.");
/** What a command said. */
const note = (page: Page, text: string) => page.getByRole("note").filter({ hasText: text });
const written = (page: Page) => composer(page).inputValue();
const asked = (page: Page) => questions(page).locator(".user-block").allTextContents();

/** Pastes into the composer as a browser does it. */
async function paste(page: Page, text: string): Promise<void> {
  await composer(page).focus();
  await page.evaluate(`{
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", ${JSON.stringify(text)});
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
  }`);
}

const longText = Array.from({ length: 120 }, (_, line) => `Line ${line + 1}: ${"bone ".repeat(10)}`).join(
  "\n",
);

test("the composer", manyCases, async (t) => {
  const { open, as, upstream } = await serve(t);
  const page = await open({
    mayFail: /^(?:401 \/api\/v1\/|\d+ \/api\/v1\/message$|.* \/api\/v1\/commands$)/,
  });

  await t.test("without the server there are the commands that the page does by itself", async () => {
    await page.route("**/api/v1/commands", (route) => route.abort());
    await composer(page).pressSequentially("/");
    await menu(page).getByRole("option", { name: "/theme" }).waitFor();
    assert.equal(await menu(page).getByRole("option").count(), 2);
    await composer(page).pressSequentially("theme dark");
    await composer(page).press("Enter");
    await until("it is dark", () => page.evaluate(`document.documentElement.style.colorScheme === "dark"`));
    await say(page, "/models");
    await page.getByRole("alert").filter({ hasText: "The server cannot be reached" }).waitFor();
    assert.equal(await written(page), "/models");
    await page.unroute("**/api/v1/commands");
    await composer(page).fill("");
    await page.getByRole("alert").waitFor({ state: "detached" });
  });
  await t.test("the composer grows with the text, to two fifths of the window", async () => {
    const height = async () => (await composer(page).boundingBox())?.height ?? 0;
    const one = await height();
    await composer(page).fill("one\ntwo\nthree");
    assert.ok((await height()) > one * 2);
    await composer(page).fill("line\n".repeat(60));
    assert.equal(await height(), 320);
    await composer(page).fill("");
    assert.equal(await height(), one);
  });

  await t.test("Enter that chooses a word of an input method sends nothing", async () => {
    await composer(page).fill("ほね");
    await composer(page).dispatchEvent("keydown", { key: "Enter", isComposing: true, bubbles: true });
    assert.equal(await written(page), "ほね");
    assert.equal(upstream.requests.length, 0);
    await composer(page).fill("");
  });

  await t.test("a short paste is a text like any other", async () => {
    await paste(page, "short");
    assert.equal(await page.getByRole("list", { name: "Pasted texts" }).count(), 0);
  });

  await t.test("a message longer than the server takes is told so, and not sent", async () => {
    await paste(page, "x".repeat(100_001));
    await page.getByRole("alert").filter({ hasText: "this one has 100,001" }).waitFor();
    assert.equal(await button(page, "Send (Enter)").isDisabled(), true);
    await button(page, "Remove pasted text").click();
    assert.equal(await page.getByRole("alert").count(), 0);
  });

  await t.test("up recalls what was said, further up what was said before, and down goes back", async () => {
    await newChat(page);
    upstream.script(answer("Ears."), answer("Ribs."), answer("Bones."));
    await say(page, "Another thread");
    await answersRead(page, "Ears.");
    await ended(page);
    await newChat(page);
    await say(page, "How many ribs?");
    await answersRead(page, "Ribs.");
    await ended(page);
    await say(page, "first line\nsecond line");
    await answersRead(page, "Ribs.", "Bones.");
    await ended(page);

    await composer(page).press("ArrowUp");
    assert.equal(await written(page), "first line\nsecond line");
    await composer(page).press("ArrowUp"); // within the text first
    assert.equal(await written(page), "first line\nsecond line");
    await composer(page).press("ArrowUp");
    assert.equal(await written(page), "How many ribs?");
    await composer(page).press("ArrowUp"); // what was said in another thread does not come
    assert.equal(await written(page), "How many ribs?");
    await composer(page).press("ArrowDown");
    assert.equal(await written(page), "first line\nsecond line");
    await composer(page).press("ArrowDown");
    assert.equal(await written(page), "");

    await composer(page).fill("mine");
    await composer(page).press("ArrowUp");
    assert.equal(await written(page), "mine");
  });

  await t.test(
    "a long paste stands in a block that opens, is edited, removed, brought back, and sent with the message",
    async () => {
      await newChat(page);
      upstream.script(plain);
      await composer(page).fill("Shorten this:");
      await paste(page, longText);
      const block = page.getByRole("button", { name: /^Pasted text, 120 lines/ });
      await block.waitFor();
      assert.equal(await written(page), "Shorten this:");

      await block.click();
      const field = page.getByRole("textbox", { name: "Pasted text, 120 lines" });
      assert.equal(await field.inputValue(), longText);
      await field.fill(`${longText}\nThe end.`);
      await page.getByRole("button", { name: /^Pasted text, 121 lines/ }).click();

      await page.reload();
      await page.getByRole("button", { name: /^Pasted text, 121 lines/ }).waitFor();
      await button(page, "Remove pasted text").click();
      assert.equal(await button(page, "Remove pasted text").count(), 0);
      await button(page, "Undo").click();
      await page.getByRole("button", { name: /^Pasted text, 121 lines/ }).waitFor();

      await composer(page).press("Enter");
      await answersRead(page, "This is a scripted answer.");
      assert.deepEqual(await asked(page), [`Shorten this:\n\n${longText}\nThe end.`.trim()]);
      assert.equal(await page.getByRole("list", { name: "Pasted texts" }).count(), 0);
      const sent = upstream.requests.at(-1)?.body.messages as readonly { content: string }[];
      assert.ok(sent.at(-1)?.content.endsWith("The end."));
      await ended(page);
    },
  );

  for (const [what, status, detail, sentence] of [
    ["the server is asked too often", 429, "Slow down.", "Too many messages in a short time."],
    ["it fails", 500, "The furnace is out.", "The furnace is out. Your text is kept here"],
    ["it refuses it", 400, "Message content too long", "Message content too long"],
  ] as const) {
    await t.test(`a message comes back with what was pasted, and what to do, when ${what}`, async () => {
      await newChat(page);
      upstream.script(plain);
      await page.route("**/api/v1/message", (route) => route.fulfill({ status, json: { detail } }));
      await composer(page).fill("Shorten this:");
      await paste(page, longText);
      await composer(page).press("Enter");
      await page.getByRole("alert").filter({ hasText: sentence }).waitFor();
      assert.equal(await written(page), "Shorten this:");
      await page.unroute("**/api/v1/message");
      await button(page, "Try again").click();
      await answersRead(page, "This is a scripted answer.");
      assert.equal(await written(page), "");
      await ended(page);
    });
  }

  await t.test("while an answer is given Enter says why it does not send, and the text stays", async () => {
    await newChat(page);
    upstream.script({ steps: [{ tokens: ["One bone"] }, { stall: true }] }, answer("Two."));
    await say(page, "Count them");
    await answersRead(page, "One bone");
    await say(page, "All of them");
    const hint = page.getByRole("status").filter({ hasText: "An answer is being given." });
    await hint.waitFor();
    assert.equal(await written(page), "All of them");
    await page.keyboard.press("Escape");
    await ended(page);
    assert.equal(await hint.count(), 0);
    await composer(page).press("Enter");
    await answersRead(page, "One bone", "Two.");
    assert.deepEqual(await asked(page), ["Count them", "All of them"]);
    await ended(page);
  });

  await t.test("a command that cannot be done says why, and what only looks like one is sent", async () => {
    await newChat(page);
    upstream.script(plain, plain);
    await say(page, "/model nonesuch");
    await page.getByRole("alert").filter({ hasText: 'There is no model "nonesuch".' }).waitFor();
    assert.equal(await written(page), "/model nonesuch");
    await composer(page).fill("/model:plan-mode alpha-large");
    await button(page, "Send (Enter)").click(); // Enter would take what is suggested, if it came in time
    await page
      .getByRole("alert")
      .filter({ hasText: "Usage: /model:plan-mode <planner> <answerer> [review]." })
      .waitFor();
    await say(page, "/etc/hosts is a file");
    await answersRead(page, "This is a scripted answer.");
    assert.equal(await page.getByRole("alert").count(), 0);
    await ended(page);
    await say(page, "/unknown words");
    await answersRead(page, "This is a scripted answer.", "This is a scripted answer.");
    assert.deepEqual(await asked(page), ["/etc/hosts is a file", "/unknown words"]);
    await ended(page);

    await say(page, "/rename");
    await composer(page).press("Enter"); // "/rename ", which wants a title
    await page.getByRole("alert").filter({ hasText: "/rename <title>" }).waitFor();
    await say(page, "/rename Bones and all");
    await page.getByRole("heading", { name: "Bones and all", level: 1 }).waitFor();
    await sidebar(page).getByText("Bones and all").waitFor();
    await say(page, "/archive");
    await page.getByRole("heading", { name: "What is on your mind?" }).waitFor();
    await until("it is gone", async () => (await sidebar(page).getByText("Bones and all").count()) === 0);
  });

  await t.test(
    "what a command says stays where it was given, in this window alone, until it is put away",
    async () => {
      await newChat(page);
      upstream.script(answer("Ribs."), answer("More ribs."));
      await say(page, "/models");
      await note(page, "Available models:")
        .locator("li", { hasText: "alpha-large (scripted) (current)" })
        .waitFor();
      await say(page, "How many ribs?");
      await answersRead(page, "Ribs.");
      await ended(page);
      const thread = new URL(page.url()).hash.slice("#/t/".length);
      await say(page, "/help");
      await note(page, "/model:plan-mode <planner> <answerer> [review]").waitFor();
      const order = () =>
        page
          .locator(".messages > :is(.message, .command-note)")
          .evaluateAll((rows) => rows.map((row) => row.className.split(" ").at(-1)));
      assert.deepEqual(await order(), ["command-note", "user", "answer", "command-note"]);

      // another answer, a file and a search
      await say(page, "/retry");
      await answersRead(page, "More ribs.");
      await ended(page);
      const downloading = page.waitForEvent("download");
      await say(page, "/export");
      assert.match((await downloading).suggestedFilename(), /^thread-.*\.md$/);
      await note(page, "Exported as thread-").waitFor();
      await say(page, "/search ribs");
      await page.getByRole("searchbox").and(page.locator("[value=ribs]")).waitFor();
      await sidebar(page).locator("mark").first().waitFor();

      const models = note(page, "Available models:");
      await models.getByRole("button", { name: "Put away" }).click();
      assert.equal(await models.count(), 0);
      await composer(page).and(page.locator(":focus")).waitFor();
      const rows = await as("ada").get<{ content: string }[]>(`/api/v1/threads/${thread}/messages`);
      assert.deepEqual(
        rows.map(({ content }) => content),
        ["How many ribs?", "More ribs."],
      );
      const kept = await as("ada").get<unknown[]>("/api/v1/threads");
      await say(page, "/clear");
      await page.getByRole("heading", { name: "What is on your mind?" }).waitFor();
      assert.equal((await as("ada").get<unknown[]>("/api/v1/threads")).length, kept.length);
    },
  );

  await t.test(
    "Esc puts the commands away first, and stops the answer then; /stop stops it, too",
    async () => {
      await newChat(page);
      upstream.script(
        { steps: [{ tokens: ["One"] }, { stall: true }] },
        { steps: [{ tokens: ["Two"] }, { stall: true }] },
      );
      await say(page, "Count them");
      await answersRead(page, "One");
      await composer(page).fill("/");
      await menu(page).waitFor();
      await page.keyboard.press("Escape");
      assert.equal(await menu(page).count(), 0);
      await button(page, "Stop (Esc)").waitFor();
      await page.keyboard.press("Escape");
      await ended(page);

      await say(page, "Again");
      await answersRead(page, "One", "Two");
      await say(page, "/stop");
      await ended(page);
      assert.equal(await written(page), "");
    },
  );

  await t.test(
    "a session that ends while a message is sent loses neither the message nor what was pasted",
    async () => {
      await newChat(page);
      upstream.script(plain);
      const endSession = async (route: Route) => {
        await page.context().clearCookies();
        await route.fulfill({ status: 401, json: { detail: "Not authenticated" } });
      };
      await page.route("**/api/v1/message", endSession, { times: 1 });
      await page.route("**/static/sign-in-*", (route) => route.abort()); // it is there already
      await composer(page).fill("How many ribs?");
      await paste(page, longText);
      await composer(page).press("Enter");
      await page.getByLabel("User name").fill("ada");
      await page.getByLabel("Password").fill("secret-ada");
      await button(page, "Sign in").click();
      await page
        .getByRole("alert")
        .filter({ hasText: "You were signed out before this was sent." })
        .waitFor();
      assert.equal(await written(page), "How many ribs?");
      await page.getByRole("button", { name: /^Pasted text, 120 lines/ }).waitFor();
      await button(page, "Try again").click();
      await answersRead(page, "This is a scripted answer.");
      await ended(page);
    },
  );

  await t.test(
    "a slash opens the commands in their order; arrows, mouse, Tab and Enter choose, and Enter runs what is named",
    async () => {
      await newChat(page);
      const json = { name: "Ship's cook", instructions: "You are a cook." };
      await as("ada")("/api/v1/roles", { method: "POST", json });
      await composer(page).pressSequentially("/");
      await menu(page).getByRole("option", { name: "/archive" }).waitFor();
      const names = await menu(page).locator(".option-name").allTextContents();
      assert.deepEqual(
        names.slice(0, 9).map((name) => name.trim()),
        [
          ...["/clear", "/models", "/model <model>", "/model:plan-mode <planner> <answerer> [review]"],
          ...["/model:plan-mode-off", "/roles", "/role <role>", "/clear_role", "/help"],
        ],
      );
      assert.deepEqual(names.slice(-2), ["/theme <theme>", "/language <language>"]);

      // the name that is written comes before the longer ones, so Enter is never another command
      await composer(page).pressSequentially("role");
      await composer(page).press("Enter");
      assert.equal(await written(page), "/role ");
      await menu(page).getByRole("option", { name: "Ship's cook" }).waitFor();
      await composer(page).press("Enter");
      await note(page, "Role set to: Ship's cook").waitFor();
      assert.equal(await written(page), "");

      await composer(page).pressSequentially("/mod");
      await composer(page).press("ArrowDown");
      await composer(page).press("Tab");
      assert.equal(await written(page), "/model ");
      await menu(page).getByRole("option", { name: "beta-mini" }).waitFor();
      await composer(page).pressSequentially("mini");
      await until("others are gone", async () => (await menu(page).getByRole("option").count()) === 1);
      await menu(page).getByRole("option", { name: "beta-mini" }).click();
      await note(page, "Model set to: beta-mini (scripted)").waitFor();
      await chosen(page, "Model", "beta-mini");

      await composer(page).pressSequentially("/model:plan-mode al");
      await menu(page).getByRole("option", { name: "alpha-large" }).waitFor();
      await composer(page).press("Enter");
      assert.equal(await written(page), "/model:plan-mode alpha-large ");
      await menu(page).getByRole("option", { name: "beta-mini" }).waitFor();
      await composer(page).press("Enter");
      await note(page, "Plan mode enabled. Planning: alpha-large, answering: beta-mini.").waitFor();

      await composer(page).fill("/");
      await menu(page).waitFor();
      await composer(page).press("Escape");
      assert.equal(await menu(page).count(), 0);
      assert.equal(await written(page), "/");
    },
  );
});
