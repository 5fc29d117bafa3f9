import assert from "node:assert/strict";
import { test } from "node:test";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { testBrowser, until } from "../support/browser.ts";
import {
  account,
  answersRead,
  button,
  composer,
  ended,
  questions,
  row,
  say,
  searchField,
  sidebar,
} from "./parts.ts";

const serve = testBrowser();

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

test("Enter sends, Shift and Enter break the line, Esc stops", async (t) => {
  const { open, upstream } = await serve(t);
  upstream.script({ steps: [{ tokens: ["One bone"] }, { stall: true }] });
  const page = await open();
  await composer(page).pressSequentially("first line");
  await composer(page).press("Shift+Enter");
  await composer(page).pressSequentially("second line");
  assert.equal(upstream.requests.length, 0);
  await composer(page).press("Enter");
  await answersRead(page, "One bone");
  const said = await questions(page).locator(".user-block").textContent();
  assert.equal(said, "first line\nsecond line");
  await page.keyboard.press("Escape");
  await page.getByText("Stopped.").waitFor();
});

test("a slash writes, Ctrl K searches, the arrows go through threads, Ctrl Shift O begins anew", async (t) => {
  const { open, as } = await serve(t);
  await as("ada").say({ content: "How many ribs?" });
  await as("ada").say({ content: "Where is the stapes?" });
  const page = await open();
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
});

test("the list of threads goes out of the way by a button or Ctrl B, is remembered, and comes back when it is needed", async (t) => {
  const { open, as } = await serve(t);
  await as("ada").say({ content: "How many ribs?" });
  const page = await open();
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
});

test("on a phone the drawer holds threads, search and signing out, and nothing is wider than the screen", async (t) => {
  const { open, as, upstream } = await serve(t);
  const wide = `| ${"a wide column | ".repeat(12)}\n| ${"--- | ".repeat(12)}\n| ${"cell | ".repeat(12)}`;
  upstream.script(
    answer("Twenty-four."),
    answer(`${wide}\n\n\`\`\`\n${"x".repeat(400)}\n\`\`\`\n\n${"y".repeat(400)}`),
  );
  await as("ada").say({ content: "How many ribs?" });
  const page = await open(phone);
  await say(page, "Show me something wide");
  await page.getByRole("table").waitFor();
  await ended(page);
  assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390);
  assert.equal(await sidebar(page).isVisible(), false);

  await button(page, "Threads").tap();
  await sidebar(page).waitFor();
  await searchField(page).fill("ribs");
  await page.getByRole("region", { name: "Search results" }).getByRole("link").tap();
  await answersRead(page, "Twenty-four.");
  await until("the drawer is shut", async () => !(await sidebar(page).isVisible()));

  await button(page, "Threads").tap();
  await sidebar(page).getByRole("button", { name: "Close", exact: true }).tap();
  await until("the drawer is shut", async () => !(await sidebar(page).isVisible()));
  await button(page, "Threads").tap();
  await account(page).tap();
  await page.getByRole("button", { name: "Sign out", exact: true }).tap();
  await button(page, "Sign in").waitFor();
});

test("on a phone a thumb hits what it aims at: every button and link of the frame is 44 px high", async (t) => {
  const { open } = await serve(t);
  const page = await open(phone);
  await say(page, "Hello");
  await answersRead(page, "This is a scripted answer.");
  await ended(page);
  await button(page, "Threads").tap();
  await sidebar(page).waitFor();
  const small =
    await page.evaluate(`[...document.querySelectorAll("button, .sidebar a, select, input, textarea")]
    .filter((part) => part.checkVisibility({ visibilityProperty: true }) && part.getBoundingClientRect().height < 44)
    .map((part) => part.outerHTML.slice(0, 120))`);
  assert.deepEqual(small, []);
});
