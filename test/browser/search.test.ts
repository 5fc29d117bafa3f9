import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { newChat, row, searchField, sidebar, titles } from "./parts.ts";

const serve = testBrowser();

const hits = (page: Page) => page.getByRole("region", { name: "Search results" });

const hashIs = (page: Page, wanted: string | RegExp) =>
  until(
    () => `the address is ${wanted}, not ${hashOf(page)}`,
    () => (typeof wanted === "string" ? hashOf(page) === wanted : wanted.test(hashOf(page))),
  );

const hashOf = (page: Page) => new URL(page.url()).hash;

const fieldReads = (page: Page, text: string) =>
  until(`the field reads ${text}`, async () => (await searchField(page).inputValue()) === text);

const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 1 });

test("searching", manyCases, async (t) => {
  const { open, as, upstream } = await serve(t);
  upstream.script(
    answer("Twenty-four, in twelve pairs."),
    answer("The stapes weighs 3 mg."),
    answer("Hot."),
    answer("That is it."),
  );
  const threads = ["How many ribs?", "The smallest bone", "A soup", "A bone of the cheek"];
  for (const content of threads) await as("ada").say({ content });
  const page = await open({ at: "#/search/pairs", mayFail: /^422 \/api\/v1\/search$/ });
  const allListed = () =>
    until("the list is back", async () => (await titles(page)).length === threads.length);

  await t.test(
    "a hit leads to its message, stays in sight beside it, and back and forward know both",
    async () => {
      const hit = hits(page).getByRole("listitem");
      await hit.waitFor();
      await fieldReads(page, "pairs");
      assert.deepEqual(await hit.locator("mark").allTextContents(), ["pairs"]);

      const [found] = await as("ada").get<{ id: string; message_id: string }[]>(
        "/api/v1/search?q=pairs&details=true",
      );
      await hit.getByRole("link").click();
      await hashIs(page, `#/t/${found?.id}/m/${found?.message_id}`);
      await heading(page, "How many ribs?").waitFor();
      assert.equal(await hit.getByRole("link").getAttribute("aria-current"), "page");

      await searchField(page).fill("stapes");
      await hashIs(page, "#/search/stapes");
      await page.goBack();
      await hashIs(page, `#/t/${found?.id}/m/${found?.message_id}`);
      await fieldReads(page, "pairs");
      await page.reload();
      await hit.waitFor();
      await page.goBack();
      await hashIs(page, "#/search/pairs");

      await searchField(page).press("Escape");
      await allListed();
      await heading(page, "How many ribs?").waitFor();
    },
  );

  await t.test(
    "a search has an address that goes along as it is typed, and one step leads back before it",
    async () => {
      await newChat(page);
      await row(page, "A soup").getByRole("link").click();
      await heading(page, "A soup").waitFor();

      await searchField(page).pressSequentially("ribs", { delay: 30 });
      await hits(page).getByRole("listitem").waitFor();
      await searchField(page).pressSequentially(" many", { delay: 30 });
      await hashIs(page, "#/search/ribs%20many");
      assert.deepEqual(await titles(page), ["How many ribs?"]);
      await heading(page, "A soup").waitFor(); // the conversation stays

      await page.goBack();
      await hashIs(page, /^#\/t\//);
      await allListed();
      await fieldReads(page, "");
      await page.goForward();
      await hits(page).getByRole("listitem").waitFor();
      await fieldReads(page, "ribs many");
      await searchField(page).press("Escape");
      await allListed();
    },
  );

  await t.test("a title that matches leads to its thread", async () => {
    await newChat(page);
    await row(page, "A bone of the cheek").getByRole("link").click();
    await heading(page, "A bone of the cheek").waitFor();
    const thread = hashOf(page).slice("#/t/".length);
    await newChat(page);
    await as("ada")(`/api/v1/threads/${thread}`, { method: "POST", json: { title: "Zygomatic" } });
    await row(page, "Zygomatic").waitFor();
    await searchField(page).fill("zygo");
    await hits(page).getByRole("listitem").waitFor();
    await searchField(page).press("ArrowDown");
    await page.keyboard.press("Enter");
    await hashIs(page, `#/t/${thread}`);
    await searchField(page).press("Escape");
    await allListed();
  });

  await t.test("Enter searches, and the cross empties the field", async () => {
    await newChat(page);
    await searchField(page).fill("nowhere");
    await searchField(page).press("Enter");
    await hashIs(page, "#/search/nowhere");
    await hits(page).getByText("Nothing found for “nowhere”.").waitFor();
    await page.getByRole("button", { name: "Clear the search" }).click();
    await row(page, "How many ribs?").waitFor();
    await hashIs(page, "#/");
    await searchField(page).and(page.locator(":focus")).waitFor();
  });

  await t.test("a search that fails says so, and is tried again at a click", async () => {
    let broken = true;
    await page.route(/\/api\/v1\/search/, (route) =>
      broken ? route.fulfill({ status: 422, json: { detail: "Not today." } }) : route.continue(),
    );
    await searchField(page).fill("soup");
    await hits(page).getByText("Not today.").waitFor();
    broken = false;
    await hits(page).getByRole("button", { name: "Try again" }).click();
    await hits(page).getByRole("listitem").waitFor();
    assert.equal(await sidebar(page).getByText("Not today.").count(), 0);
  });
});
