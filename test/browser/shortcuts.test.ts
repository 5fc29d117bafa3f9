import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { words } from "../../web/src/words/en/words.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { answersRead, button, composer, say, searchField } from "./parts.ts";

const serve = testBrowser();

const list = (page: Page) => page.getByLabel("Keyboard shortcuts", { exact: true });
const focused = (page: Page, selector: string) => page.locator(`${selector}:focus`).waitFor();

test("the list of shortcuts", manyCases, async (t) => {
  const { open, upstream } = await serve(t);
  upstream.script({ steps: [{ tokens: ["One bone"] }, { stall: true }] });
  const page = await open();

  await t.test(
    "a question mark lists every shortcut beside the conversation, and a second one or Esc puts it away",
    async () => {
      await composer(page).waitFor();
      await composer(page).blur();
      await page.keyboard.press("?");
      await list(page).waitFor();
      const named = await list(page).getByRole("term").allTextContents();
      assert.deepEqual(named.toSorted(), Object.values(words.workspace.shortcuts).toSorted());
      assert.equal(await composer(page).isVisible(), true);
      await page.keyboard.press("?");
      await list(page).waitFor({ state: "detached" });

      await page.keyboard.press("?");
      await list(page).waitFor();
      await page.keyboard.press("Escape");
      await list(page).waitFor({ state: "detached" });
    },
  );

  await t.test("in a text field a question mark and a slash are what they are", async () => {
    await composer(page).waitFor();
    await searchField(page).focus();
    await page.keyboard.type("who?/");
    assert.equal(await searchField(page).inputValue(), "who?/");
    assert.equal(await list(page).count(), 0);
    await searchField(page).press("Escape");
  });

  await t.test("Esc closes the list and leaves the answer going; the next one stops it", async () => {
    await say(page, "How many?");
    await answersRead(page, "One bone");
    await composer(page).blur();
    await page.keyboard.press("?");
    await list(page).waitFor();
    await page.keyboard.press("Escape");
    await list(page).waitFor({ state: "detached" });
    await button(page, "Stop (Esc)").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("Stopped.").waitFor();
  });

  await t.test("on a phone the list takes the conversation's place", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await button(page, "Threads").click();
    await page.getByRole("button", { name: /^Account of / }).click();
    await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
    await list(page).waitFor();
    assert.equal(await composer(page).isVisible(), false);
    await list(page).getByRole("button", { name: "Close" }).click();
    await composer(page).waitFor();
  });
});

test("on a Mac the command key is ⌘, and Ctrl is left to the system", async (t) => {
  const { open } = await serve(t);
  const page = await open({
    script: `Object.defineProperty(Navigator.prototype, "platform", { get: () => "MacIntel" })`,
  });
  await composer(page).waitFor();
  await page.keyboard.press("Control+k");
  await focused(page, "#composer");
  await page.keyboard.press("Meta+k");
  await focused(page, "#search");
  await page.keyboard.press("Meta+Shift+o");
  await searchField(page).blur();
  await page.keyboard.press("?");
  await list(page).getByText("⌘").first().waitFor();
  assert.equal(await list(page).getByText("Ctrl").count(), 0);
});
