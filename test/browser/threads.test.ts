import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../src/testkit/until.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { answersRead, button, choose, row, searchField, titles } from "./parts.ts";

const serve = testBrowser();

test("threads are found, renamed and archived", manyCases, async (t) => {
  const { open, as } = await serve(t);
  for (const content of ["Of ribs and other bones", "Where is the stapes?", "A recipe for soup"]) {
    await as("ada").say({ content });
  }
  const page = await open();
  const hits = page.getByRole("region", { name: "Search results" });

  await t.test(
    "searching finds what was said, marks it, opens it, and gives the list back when emptied",
    async () => {
      await row(page, "A recipe for soup").waitFor();

      await searchField(page).fill("stapes");
      await hits.getByRole("listitem").waitFor();
      assert.deepEqual(await titles(page), ["Where is the stapes?"]);
      assert.deepEqual(await hits.locator("mark").allTextContents(), ["stapes"]);
      await hits.getByRole("link").click();
      await page.getByRole("heading", { name: "Where is the stapes?", level: 1 }).waitFor();

      await searchField(page).fill("zygomatic");
      await hits.getByText("Nothing found for “zygomatic”.").waitFor();
      await searchField(page).press("Escape");
      await until("the list is back", async () => (await titles(page)).length === 3);
      assert.equal(await hits.count(), 0);
    },
  );

  await t.test("what was said in an answer is found too, and marked where it stands", async () => {
    await searchField(page).fill("scripted");
    const hit = hits.getByRole("listitem").filter({ hasText: "Of ribs and other bones" });
    await hit.waitFor();
    assert.deepEqual(await hit.locator("mark").allTextContents(), ["scripted"]);
    await hit.getByRole("link").click();
    await page.getByRole("heading", { name: "Of ribs and other bones", level: 1 }).waitFor();
    await answersRead(page, "This is a scripted answer.");
    await searchField(page).press("Escape");
    await hits.waitFor({ state: "detached" });
  });

  await t.test("a thread is renamed in place, by Enter, and Escape leaves its title alone", async () => {
    await row(page, "Where is the stapes?").getByRole("link").dblclick();
    const field = page.getByRole("textbox", { name: "New title" });
    await field.fill("Never kept");
    await field.press("Escape");
    await row(page, "Where is the stapes?").waitFor();

    await choose(page, "Where is the stapes?", "Rename");
    await field.fill("On ribs");
    await field.press("Enter");
    await row(page, "On ribs").waitFor();
    await page.getByRole("heading", { name: "On ribs", level: 1 }).waitFor();
    await until("it is stored", async () => {
      const threads = await as("ada").get<{ title: string }[]>("/api/v1/threads");
      return threads[1]?.title === "On ribs";
    });
  });

  await t.test("archiving happens at once, leads to a new chat, and can be undone", async () => {
    await row(page, "On ribs").getByRole("link").click();
    await row(page, "On ribs").getByRole("button", { name: "Archive" }).click();
    await page.getByText("Archived “On ribs”").waitFor();
    await page.getByRole("heading", { name: "What is on your mind?" }).waitFor();
    assert.deepEqual(await titles(page), ["A recipe for soup", "Of ribs and other bones"]);

    await button(page, "Undo").click();
    await row(page, "On ribs").waitFor();
    assert.equal(await page.getByText("Archived “").count(), 0);
    await row(page, "On ribs").getByRole("link").click();
    await answersRead(page, "This is a scripted answer.");
  });
});
