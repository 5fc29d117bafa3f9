import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { until } from "../../src/testkit/until.ts";
import { manyCases, type ServedPage, testBrowser } from "../support/browser.ts";
import { button, choose, composer, newChat, row, sidebar, titles } from "./parts.ts";

const serve = testBrowser();

/** Threads without a word in them, the last one on top: each has a millisecond of its own, by which they are ordered. */
async function make(
  { app }: Pick<ServedPage, "app">,
  user: "ada" | "bob",
  ...names: readonly string[]
): Promise<string[]> {
  const threads = await app.host.get("thread");
  const made: string[] = [];
  for (const title of names) {
    for (const before = Date.now(); Date.now() === before; );
    made.push(await threads.createThread({ userId: user, title, model: "alpha", systemPrompt: "default" }));
  }
  return made;
}

const link = (page: Page, title: string) => row(page, title).getByRole("link");

const titlesAre = (page: Page, ...wanted: readonly string[]) =>
  until(`the list reads ${wanted}`, async () => (await titles(page)).join() === wanted.join());

const focused = (page: Page) => page.evaluate<string>("document.activeElement.textContent");
const focusIs = (page: Page, text: string) =>
  until(`the focus is on ${text}`, async () => (await focused(page)) === text);

test("the list of threads", manyCases, async (t) => {
  const served = await serve(t);
  const ada = served.as("ada");
  const page = await served.open({ mayFail: /^(?:404|500) \/api\/v1\/threads\// });
  const { keyboard } = page;
  /** Has these threads alone in the list, with a new chat beside it, and waits until they are seen. */
  const only = async (...names: readonly string[]) => {
    await newChat(page);
    for (const archived of [false, true]) {
      const old = await ada.get<{ id: string }[]>(`/api/v1/threads?archived=${archived}`);
      for (const { id } of old) await ada(`/api/v1/threads/${id}?permanent=true`, { method: "DELETE" });
    }
    const made = await make(served, "ada", ...names);
    await titlesAre(page, ...names.toReversed());
    return made;
  };

  await t.test(
    "of the list one row is a stop for Tab: the one that is open, or the last that had the focus",
    async () => {
      const [one] = await only("One", "Two", "Three");
      await page.goto(`${served.url}/#/t/${one}`); // by its address: no row has had the focus yet
      const stops = sidebar(page).locator("[data-row][tabindex='0']");
      await until("the open one is the stop", async () => (await stops.allTextContents()).join() === "One");
      await link(page, "Three").focus();
      assert.deepEqual(await stops.allTextContents(), ["Three"]);
      await composer(page).focus();
      assert.deepEqual(await stops.allTextContents(), ["Three"]);
    },
  );

  await t.test("a pinned thread stands on top in every window until it is unpinned", async () => {
    await only("Ribs", "Stapes", "Soup");
    const there = await served.open();
    await titlesAre(there, "Soup", "Stapes", "Ribs");
    await choose(page, "Ribs", "Pin");
    for (const window of [page, there]) {
      await titlesAre(window, "Ribs", "Soup", "Stapes");
      const pinned = window.getByRole("region", { name: "Pinned" });
      assert.deepEqual(await pinned.locator(".row-title").allTextContents(), ["Ribs"]);
    }
    await choose(there, "Ribs", "Unpin");
    for (const window of [page, there]) {
      await titlesAre(window, "Soup", "Stapes", "Ribs");
      assert.equal(await window.getByRole("region", { name: "Pinned" }).count(), 0);
    }
    await there.close();
  });

  await t.test("everything in the list is done by keys, and the focus is never lost", async () => {
    await only("One", "Two", "Three", "Four");
    await link(page, "Four").focus();
    for (const [key, title] of [
      ["ArrowDown", "Three"],
      ["End", "One"],
      ["ArrowDown", "One"],
      ["ArrowUp", "Two"],
      ["Home", "Four"],
    ] as const) {
      await keyboard.press(key);
      await focusIs(page, title);
    }

    await keyboard.press("F2");
    await keyboard.type("Fourth");
    await keyboard.press("Enter");
    await focusIs(page, "Fourth");

    await keyboard.press("ArrowDown");
    await keyboard.press("Delete");
    await titlesAre(page, "Fourth", "Two", "One");
    await focusIs(page, "Two");
    await keyboard.press("Control+z");
    await titlesAre(page, "Fourth", "Three", "Two", "One");

    await link(page, "One").focus();
    await keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: "Rename" }).and(page.locator(":focus")).waitFor();
    await keyboard.press("Escape");
    await focusIs(page, "One");
    await keyboard.press("Shift+F10");
    await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    await titlesAre(page, "One", "Fourth", "Three", "Two");
    await focusIs(page, "One");

    await keyboard.press("Shift+Delete");
    await page.getByRole("group", { name: "Delete “One” for good?" }).waitFor();
    await focusIs(page, "Cancel");
    await keyboard.press("Enter");
    await focusIs(page, "One");
    await keyboard.press("Shift+Delete");
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    await titlesAre(page, "Fourth", "Three", "Two");
    await focusIs(page, "Fourth");
    await until("the server has erased it", async () => {
      const threads = await ada.get<{ title: string }[]>("/api/v1/threads");
      return threads.map(({ title }) => title).join() === "Fourth,Three,Two";
    });

    await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: "Three", level: 1 }).waitFor();
  });

  await t.test("threads that were archived one after the other come back one after the other", async () => {
    await only("One", "Two", "Three");
    await link(page, "Three").focus();
    await keyboard.press("Delete");
    await titlesAre(page, "Two", "One");
    await focusIs(page, "Two");
    await keyboard.press("Delete");
    await titlesAre(page, "One");
    await button(page, "Undo").click();
    await titlesAre(page, "Two", "One");
    await page.getByText("Archived “Three”").waitFor();
    await button(page, "Undo").click();
    await titlesAre(page, "Three", "Two", "One");
    assert.equal(await button(page, "Undo").count(), 0);
  });

  await t.test(
    "the archive has an address, gives threads back, and erases for good only when asked twice",
    async () => {
      const made = await only("One", "Two", "Three");
      for (const id of made.slice(0, 2)) await ada(`/api/v1/threads/${id}`, { method: "DELETE" });
      await titlesAre(page, "Three");
      await page.getByRole("link", { name: "Archived threads" }).click();
      await titlesAre(page, "Two", "One");
      assert.equal(new URL(page.url()).hash, "#/archived");

      await link(page, "One").click();
      await page.getByRole("heading", { name: "One", level: 1 }).waitFor();
      await titlesAre(page, "Two", "One"); // beside it the archive stays
      await row(page, "One").getByRole("button", { name: "Restore" }).click();
      await titlesAre(page, "Two");

      await choose(page, "Two", "Delete for good");
      await button(page, "Cancel").click();
      assert.equal((await ada.get<unknown[]>("/api/v1/threads?archived=true")).length, 1);
      await choose(page, "Two", "Delete for good");
      await button(page, "Delete").click();
      await page.getByText("Nothing is archived.").waitFor();
      await until("it is gone", async () => (await ada(`/api/v1/threads/${made[1]}`)).status === 404);

      await page.getByRole("link", { name: "Back to the threads" }).click();
      await titlesAre(page, "Three", "One");
      await page.goBack();
      await page.getByText("Nothing is archived.").waitFor();
      await page.goForward();
      await titlesAre(page, "Three", "One");
    },
  );

  await t.test("erasing the thread that is open leads to a new chat", async () => {
    await only("One");
    await link(page, "One").click();
    await page.getByRole("heading", { name: "One", level: 1 }).waitFor();
    await choose(page, "One", "Delete for good");
    await button(page, "Delete").click();
    await page.getByText("Your threads will stand here.").waitFor();
    await page.getByRole("heading", { name: "New chat", level: 1 }).waitFor();
  });

  await t.test("a change that the server refuses is taken back, told, and can be tried again", async () => {
    await only("One", "Two");
    let broken = true;
    await page.route(/\/api\/v1\/threads\/[^/]+$/, (route) =>
      broken && route.request().method() === "POST"
        ? route.fulfill({ status: 500, json: { detail: "The disk is full." } })
        : route.continue(),
    );
    await row(page, "One").hover();
    await row(page, "One").getByRole("button", { name: "Archive" }).click();
    await sidebar(page).getByText("The disk is full.").waitFor();
    await titlesAre(page, "Two", "One");
    assert.equal(await button(page, "Undo").count(), 0);
    broken = false;
    await sidebar(page).getByRole("button", { name: "Try again" }).click();
    await titlesAre(page, "Two");
  });

  await t.test("the list speaks German to whoever reads it", async () => {
    const [one] = await only("Eins");
    await ada(`/api/v1/threads/${one}`, { method: "POST", json: { pinned: true } });
    const german = await served.open({ locale: "de-DE" });
    await german.getByRole("region", { name: "Angeheftet" }).waitFor();
    const threads = german.getByRole("navigation", { name: "Chats" });
    await threads.getByRole("link", { name: "Eins" }).focus();
    await german.keyboard.press("Delete");
    await threads.getByText("Archiviert: „Eins“").waitFor();
  });
});

test("a list that is long", manyCases, async (t) => {
  const served = await serve(t);
  const names = Array.from({ length: 400 }, (_, index) => `Thread ${String(index + 1).padStart(3, "0")}`);
  await make(served, "bob", ...names);
  const page = await served.open({ user: "bob", mayFail: /^400 \/api\/v1\/threads$/ });
  const { keyboard } = page;
  const rows = sidebar(page).locator(".thread-row");
  /** Of the rows that are in the document. */
  const lastPosition = async () => Number(await rows.last().getAttribute("aria-posinset"));

  await t.test("a page that does not come is asked for again where it is missing", async () => {
    let broken = true;
    await page.route(/\/api\/v1\/threads\?.*before=/, (route) =>
      broken ? route.fulfill({ status: 400, json: { detail: "No page today." } }) : route.continue(),
    );
    await row(page, "Thread 400").waitFor();
    await sidebar(page).locator(".list-end").scrollIntoViewIfNeeded();
    await sidebar(page).getByText("No page today.").waitFor();
    assert.equal((await titles(page)).length, 50);
    broken = false;
    await sidebar(page).getByRole("button", { name: "Try again" }).click();
    await until("the second page is there", async () => (await lastPosition()) > 50);
    await sidebar(page).locator(".list-end").scrollIntoViewIfNeeded();
    await until("the third page is there", async () => (await lastPosition()) > 100);
  });

  await t.test(
    "of hundreds of threads only those near the window are in the document, and keys reach them all",
    async () => {
      await rows.last().getByRole("link").focus();
      await keyboard.press("Home");
      await focusIs(page, "Thread 400");
      // Each End asks for the next page, until the oldest is there.
      await until("the last one has the focus", async () => {
        await keyboard.press("End");
        return (await focused(page)) === "Thread 001";
      });
      await until("few rows are left", async () => (await rows.count()) <= 100);
      assert.equal(await row(page, "Thread 001").getAttribute("aria-posinset"), "400");
      const size = () => row(page, "Thread 001").getAttribute("aria-setsize");
      await until("it is known that there are no more", async () => (await size()) === "400");
      const height = () =>
        page.locator(".sidebar-list").evaluate((list) => (list as { scrollHeight: number }).scrollHeight);
      await until(
        "gaps have the height of their rows",
        async () => Math.abs((await height()) - 400 * 32) < 100,
      );

      for (let index = 2; index <= 45; index += 1) {
        await keyboard.press("ArrowUp");
        assert.equal(await focused(page), `Thread ${String(index).padStart(3, "0")}`);
      }
      await keyboard.press("Home");
      assert.equal(await focused(page), "Thread 400");
      await link(page, "Thread 399").waitFor();
      assert.ok((await rows.count()) <= 120);
    },
  );
});
