import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { testBrowser, until } from "../support/browser.ts";
import { passwordOf } from "../support/test-server.ts";
import { account, answersRead, button, composer, questions, row, say } from "./parts.ts";

const serve = testBrowser();

const light = "rgb(250, 248, 243)";
const dark = "rgb(23, 22, 20)";
const paper = (page: Page) => page.evaluate("getComputedStyle(document.body).backgroundColor");
const frame = (page: Page) =>
  page.evaluate(`[...document.querySelectorAll("meta[name=theme-color]")]
    .filter(({ media }) => matchMedia(media).matches).map(({ content }) => content).join()`);

/** What a window hears whose session ends: its stream is cut, and every call after that is refused. */
const ended = /^(?:401|net::ERR_INCOMPLETE_CHUNKED_ENCODING) \/api\/v1\//;

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

test("a theme is chosen in place, holds at once and in every window, and outlives a reload", async (t) => {
  const { open, url } = await serve(t);
  const page = await open();
  const other = await page.context().newPage();
  await other.goto(url);
  await composer(other).waitFor();
  assert.deepEqual([await paper(page), await frame(page)], [light, "#faf8f3"]);

  await account(page).click();
  await page.getByRole("group", { name: "Theme" }).getByRole("radio", { name: "Dark" }).check();
  for (const window of [page, other]) {
    await until("the page is dark", async () => (await paper(window)) === dark);
    assert.equal(await frame(window), "#171614");
  }
  await page.reload();
  await composer(page).waitFor();
  assert.equal(await paper(page), dark);

  await account(page).click();
  await page.getByRole("group", { name: "Theme" }).getByRole("radio", { name: "System" }).check();
  assert.equal(await paper(page), light);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.deepEqual([await paper(page), await frame(page)], [dark, "#171614"]);
});

test("the chosen theme is there before the page's own script is", async (t) => {
  const { open } = await serve(t);
  const page = await open();
  await page.evaluate(`localStorage.setItem("skeleton.theme", "dark")`);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/static/app.js", async (route) => {
    await held;
    await route.continue();
  });
  const reloading = page.reload();
  await until("the style is there", async () => (await paper(page).catch(() => "")) === dark);
  assert.equal(await page.locator("#root > *").count(), 0);
  release();
  await reloading;
  await composer(page).waitFor();
});

test("the menu opens and closes by keyboard, and gives the focus back", async (t) => {
  const { open } = await serve(t);
  const page = await open();
  await account(page).focus();
  await page.keyboard.press("Enter");
  await signOut(page, "Sign out").waitFor();
  assert.equal(await account(page).getAttribute("aria-expanded"), "true");
  await signOut(page, "Sign out").focus();
  await page.keyboard.press("Escape");
  await signOut(page, "Sign out").waitFor({ state: "detached" });
  await account(page).and(page.locator(":focus")).waitFor();
});

test("signing out everywhere ends the other browsers' windows and the tokens of scripts", async (t) => {
  const { open, as } = await serve(t);
  await as("ada").get("/api/v1/me");
  const page = await open({ mayFail: ended });
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
  await composer(page).waitFor();
});

test("a session that ends in mid-work loses nothing: draft, place, what was open, and news of the meantime", async (t) => {
  const { open, as, url, upstream } = await serve(t);
  const page = await open({ mayFail: ended });
  await say(page, "How many ribs?");
  await answersRead(page, "This is a scripted answer.");
  await questions(page).first().hover();
  await questions(page).getByRole("button", { name: /^Edit/ }).click();
  const edit = page.getByRole("textbox", { name: "Your message" });
  await edit.fill("How many ribs has a snake?");
  await composer(page).fill("a thought half put into words");
  const place = page.url();

  await expire(page, url);
  await page.getByRole("heading", { name: "Your session has ended." }).waitFor();
  assert.doesNotMatch(await page.content(), /ribs|scripted answer/, "what was said is not in the page");
  assert.equal(await page.title(), "Skeleton");
  assert.equal(await page.getByLabel("User name").inputValue(), "ada");
  await as("ada").say({ content: "Said elsewhere in the meantime" });

  await page.getByLabel("Password").fill(passwordOf("ada"));
  await page.keyboard.press("Enter");
  await composer(page).waitFor();
  assert.equal(page.url(), place);
  assert.equal(await composer(page).inputValue(), "a thought half put into words");
  assert.equal(await edit.inputValue(), "How many ribs has a snake?");
  await row(page, "Said elsewhere in the meantime").waitFor();
  assert.equal(upstream.requests.length, 2);
});

test("signing in again in one window brings back the other windows of the browser", async (t) => {
  const { open, url } = await serve(t);
  const page = await open({ mayFail: ended });
  const other = await page.context().newPage();
  await other.goto(url);
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

test("whoever signs in instead finds nothing of the one before", async (t) => {
  const { open, as, url } = await serve(t);
  await as("bob").say({ content: "Bob's own" });
  const page = await open({ mayFail: /^(?:40[14]|net::ERR_INCOMPLETE_CHUNKED_ENCODING) \/api\/v1\// });
  await say(page, "Ada's secret");
  await answersRead(page, "This is a scripted answer.");
  await composer(page).fill("Ada's next secret");
  const place = new URL(page.url()).hash;
  await expire(page, url);
  await button(page, "Sign in").waitFor();

  await signIn(page, "bob");
  await row(page, "Bob's own").waitFor();
  await page.getByRole("heading", { name: "What is on your mind?" }).waitFor();
  assert.equal(await composer(page).inputValue(), "");
  assert.doesNotMatch(await page.content(), /Ada/);
  assert.doesNotMatch(String(await page.evaluate("JSON.stringify({ ...sessionStorage })")), /Ada/);

  // What the page had loaded would be shown at once; Bob's own request is answered like one for nothing.
  const shown = `new Promise((resolve) => {
    const texts = [];
    const watch = new MutationObserver(() => texts.push(document.body.textContent));
    watch.observe(document.body, { subtree: true, childList: true, characterData: true });
    setTimeout(() => resolve(texts.join("\\n")), 1000);
    location.hash = ${JSON.stringify(place)};
  })`;
  assert.doesNotMatch(String(await page.evaluate(shown)), /Ada/);
  await page.getByText("This thread does not exist, or not for you.").waitFor();
});

test("when somebody else signs in in another window of the browser, this window is theirs, too", async (t) => {
  const { open, as, url } = await serve(t);
  await as("bob").say({ content: "Bob's own" });
  await as("ada").say({ content: "Ada's secret" });
  const page = await open({ mayFail: ended });
  await row(page, "Ada's secret").waitFor();
  const other = await page.context().newPage();
  await page.context().clearCookies();
  await other.goto(url);
  await signIn(other, "bob");
  await row(other, "Bob's own").waitFor();
  await row(page, "Bob's own").waitFor();
  assert.doesNotMatch(await page.content(), /Ada/);
});
