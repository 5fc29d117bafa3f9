import assert from "node:assert/strict";
import { test } from "node:test";
import { manyCases, testBrowser } from "../support/browser.ts";
import { answersRead, button, composer, questions, row, sidebar } from "./parts.ts";

const serve = testBrowser();

test("keys", manyCases, async (t) => {
  const { open, as, upstream } = await serve(t);
  await as("ada").say({ content: "How many ribs?" });
  await as("ada").say({ content: "Where is the stapes?" });
  const page = await open();

  await t.test(
    "a slash writes, Ctrl K searches, the arrows go through threads, Ctrl Shift O begins anew",
    async () => {
      const focused = (selector: string) => page.locator(`${selector}:focus`).waitFor();
      await row(page, "How many ribs?").waitFor();
      await page.keyboard.press("Control+k");
      await focused("#search");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "How many ribs?", level: 1 }).waitFor();
      await answersRead(page, "This is a scripted answer.");
      await row(page, "How many ribs?").getByRole("link").focus();
      await page.keyboard.press("/");
      await focused("#composer");
      assert.equal(await composer(page).inputValue(), "");
      await page.keyboard.type("and/or");
      assert.equal(await composer(page).inputValue(), "and/or");
      await page.keyboard.press("Control+Shift+O");
      await page.getByRole("heading", { name: "What is on your mind?" }).waitFor();
      assert.equal(await composer(page).inputValue(), "");
    },
  );

  await t.test(
    "the list of threads goes out of the way by a button or Ctrl B, is remembered, and comes back when it is needed",
    async () => {
      const gone = () => sidebar(page).waitFor({ state: "hidden" });
      const focused = (name: string) => button(page, name).and(page.locator(":focus")).waitFor();
      await row(page, "How many ribs?").waitFor();
      await button(page, "Hide the list (Ctrl B)").click();
      await gone();
      await focused("Threads");
      await page.getByRole("link", { name: "New chat" }).waitFor();
      await page.reload();
      await composer(page).waitFor();
      await gone();

      await composer(page).pressSequentially("rib");
      await page.keyboard.press("Control+b");
      await row(page, "How many ribs?").waitFor();
      await page.keyboard.type("s");
      assert.equal(await composer(page).inputValue(), "ribs", "the focus stays where it was");
      await page.keyboard.press("Control+b");
      await gone();
      await page.keyboard.press("Control+k");
      await page.locator("#search:focus").waitFor();
      await page.keyboard.press("Control+b");
      await gone();
      await page.keyboard.press("Enter");
      await row(page, "How many ribs?").waitFor();
      await focused("Hide the list");
      await composer(page).fill("");
    },
  );

  await t.test("Enter sends, Shift and Enter break the line, Esc stops", async () => {
    const asked = upstream.requests.length;
    upstream.script({ steps: [{ tokens: ["One bone"] }, { stall: true }] });
    await composer(page).pressSequentially("first line");
    await composer(page).press("Shift+Enter");
    await composer(page).pressSequentially("second line");
    assert.equal(upstream.requests.length, asked);
    await composer(page).press("Enter");
    await answersRead(page, "One bone");
    const said = await questions(page).locator(".user-block").textContent();
    assert.equal(said, "first line\nsecond line");
    await page.keyboard.press("Escape");
    await page.getByText("Stopped.").waitFor();
  });
});
