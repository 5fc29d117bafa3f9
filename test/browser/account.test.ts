import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { until } from "../../src/testkit/until.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { passwordOf } from "../support/test-server.ts";
import { account, answersRead, button, composer, newChat, questions, row, say } from "./parts.ts";

const serve = testBrowser();

const light = "rgb(250, 248, 243)";
const dark = "rgb(23, 22, 20)";
const paper = (page: Page) => page.evaluate("getComputedStyle(document.body).backgroundColor");
const frame = (page: Page) =>
  page.evaluate(`[...document.querySelectorAll("meta[name=theme-color]")]
    .filter(({ media }) => matchMedia(media).matches).map(({ content }) => content).join()`);

/**
 * What a window hears whose session ends: its stream is cut, and every call after that is refused; and what somebody hears
 * of a thread that is not theirs.
 */
const ended = /^(?:40[14]|net::ERR_INCOMPLETE_CHUNKED_ENCODING) \/api\/v1\//;

const signOut = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

async function signIn(page: Page, user: "ada" | "bob"): Promise<void> {
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password").fill(passwordOf(user));
  await button(page, "Sign in").click();
}

/** Ends the session of this window behind its back. */
async function expire(page: Page, url: string): Promise<void> {
  const [cookie] = await page.context().cookies();
  const headers = { authorization: `Bearer ${cookie?.value}` };
  assert.equal((await fetch(`${url}/logout`, { method: "POST", headers })).status, 200);
}

test("the account in two windows of a browser", manyCases, async (t) => {
  const { open, as, url, upstream } = await serve(t);
  const page = await open({ mayFail: ended });
  const other = await page.context().newPage();
  await other.goto(url);
  await composer(other).waitFor();

  await t.test(
    "a theme is chosen in place, holds at once and in every window, and is there before the script of a reload is",
    async () => {
      assert.deepEqual([await paper(page), await frame(page)], [light, "#faf8f3"]);

      await account(page).click();
      await page.getByRole("group", { name: "Theme" }).getByRole("radio", { name: "Dark" }).check();
      for (const window of [page, other]) {
        await until("the page is dark", async () => (await paper(window)) === dark);
        assert.equal(await frame(window), "#171614");
      }
      // It is there before the page's own script is.
      const held = Promise.withResolvers<void>();
      await page.route("**/static/app.js", async (route) => {
        await held.promise;
        await route.continue();
      });
      const reloading = page.reload();
      await until("the style is there", async () => (await paper(page).catch(() => "")) === dark);
      assert.equal(await page.locator("#root > *").count(), 0);
      held.resolve();
      await reloading;
      await composer(page).waitFor();
      await page.unroute("**/static/app.js");
      assert.equal(await paper(page), dark);

      await account(page).click();
      await page.getByRole("group", { name: "Theme" }).getByRole("radio", { name: "System" }).check();
      assert.equal(await paper(page), light);
      await page.emulateMedia({ colorScheme: "dark" });
      assert.deepEqual([await paper(page), await frame(page)], [dark, "#171614"]);
      await page.keyboard.press("Escape");
      await page.getByRole("group", { name: "Theme" }).waitFor({ state: "detached" });
    },
  );

  await t.test("the menu opens and closes by keyboard, and gives the focus back", async () => {
    await account(page).focus();
    await page.keyboard.press("Enter");
    await signOut(page, "Sign out").waitFor();
    assert.equal(await account(page).getAttribute("aria-expanded"), "true");
    await signOut(page, "Sign out").focus();
    await page.keyboard.press("Escape");
    await signOut(page, "Sign out").waitFor({ state: "detached" });
    await account(page).and(page.locator(":focus")).waitFor();
  });

  await t.test(
    "a session that ends in mid-work loses nothing: draft, place, what was open, and news of the meantime",
    async () => {
      await say(page, "How many ribs?");
      await answersRead(page, "This is a scripted answer.");
      await questions(page).first().hover();
      await questions(page).getByRole("button", { name: /^Edit/ }).click();
      const edit = page.getByRole("textbox", { name: "Your message" });
      await edit.fill("How many ribs has a snake?");
      await composer(page).fill("a thought half put into words");
      const place = page.url();

      await expire(page, url);
      for (const window of [page, other]) {
        await window.getByRole("heading", { name: "Your session has ended." }).waitFor();
      }
      assert.doesNotMatch(await page.content(), /ribs|scripted answer/, "what was said is not in the page");
      assert.equal(await page.title(), "Skeleton");
      assert.equal(await page.getByLabel("User name").inputValue(), "ada");
      await as("ada").say({ content: "Said elsewhere in the meantime" });

      await page.getByLabel("Password").fill(passwordOf("ada"));
      await page.keyboard.press("Enter");
      for (const window of [page, other]) await composer(window).waitFor();
      assert.equal(page.url(), place);
      assert.equal(await composer(page).inputValue(), "a thought half put into words");
      assert.equal(await edit.inputValue(), "How many ribs has a snake?");
      await row(page, "Said elsewhere in the meantime").waitFor();
      assert.equal(upstream.requests.length, 2);
    },
  );

  await t.test("signing in again in one window brings back the other windows of the browser", async () => {
    await composer(other).fill("half a thought");
    await expire(page, url);
    for (const window of [page, other]) {
      await window.getByRole("heading", { name: "Your session has ended." }).waitFor();
    }
    await page.getByLabel("Password").fill(passwordOf("ada"));
    await page.keyboard.press("Enter");
    for (const window of [page, other]) await composer(window).waitFor();
    assert.equal(await composer(other).inputValue(), "half a thought");
  });

  await t.test(
    "signing out everywhere ends the other browsers' windows and the tokens of scripts",
    async () => {
      await as("ada").get("/api/v1/me");
      const elsewhere = await open({ mayFail: ended });
      const bob = await open({ user: "bob" });
      for (const window of [page, elsewhere, bob]) await composer(window).waitFor();

      await account(page).click();
      await signOut(page, "Sign out everywhere").click();
      await button(page, "Sign in").waitFor();
      assert.equal((await as("ada")("/api/v1/me")).status, 401);
      await elsewhere.getByRole("heading", { name: "Your session has ended." }).waitFor();
      assert.equal(await composer(bob).isVisible(), true);

      await signIn(page, "ada");
      for (const window of [page, other]) await composer(window).waitFor();
      await elsewhere.close();
      await bob.close();
    },
  );

  await t.test(
    "when somebody else signs in in another window of the browser, this window is theirs, too",
    async () => {
      await as("bob").say({ content: "Bob's own" });
      await say(page, "Ada's secret");
      await answersRead(page, "This is a scripted answer.");
      await row(page, "Ada's secret").waitFor();
      await page.context().clearCookies();
      await other.reload();
      await signIn(other, "bob");
      await row(other, "Bob's own").waitFor();
      await row(page, "Bob's own").waitFor();
      assert.doesNotMatch(await page.content(), /Ada/);
    },
  );

  await t.test("whoever signs in instead finds nothing of the one before", async () => {
    await newChat(page);
    await say(page, "Bob's secret");
    await answersRead(page, "This is a scripted answer.");
    await composer(page).fill("Bob's next secret");
    const place = new URL(page.url()).hash;
    await expire(page, url);
    await button(page, "Sign in").waitFor();

    await signIn(page, "ada");
    await row(page, "Ada's secret").waitFor();
    await page.getByRole("heading", { name: "What is on your mind?" }).waitFor();
    assert.equal(await composer(page).inputValue(), "");
    assert.doesNotMatch(await page.content(), /Bob/);
    assert.doesNotMatch(String(await page.evaluate("JSON.stringify({ ...sessionStorage })")), /Bob/);

    // What the page had loaded would be shown at once; Ada's own request is answered like one for nothing.
    const shown = `new Promise((resolve) => {
      const texts = [];
      const watch = new MutationObserver(() => texts.push(document.body.textContent));
      watch.observe(document.body, { subtree: true, childList: true, characterData: true });
      setTimeout(() => resolve(texts.join("\\n")), 1000);
      location.hash = ${JSON.stringify(place)};
    })`;
    assert.doesNotMatch(String(await page.evaluate(shown)), /Bob/);
    await page.getByText("This thread does not exist, or not for you.").waitFor();
  });
});
