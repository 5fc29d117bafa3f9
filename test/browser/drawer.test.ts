import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { account, answersRead, button, composer, ended, row, say, searchField, sidebar } from "./parts.ts";

const serve = testBrowser();
const narrow = { viewport: { width: 390, height: 844 } };

/** The threads come when `letThreadsCome()` is called in the page. */
const lateThreads = `{
  const asked = fetch;
  const come = new Promise((resolve) => { globalThis.letThreadsCome = resolve; });
  globalThis.fetch = async (...call) => {
    if (/\\/threads\\?/.test(call[0])) await come;
    return asked(...call);
  };
}`;

const shut = (page: Page) => until("the drawer is shut", async () => !(await sidebar(page).isVisible()));
const hasFocus = (page: Page, name: string) => button(page, name).and(page.locator(":focus")).waitFor();

/** A finger goes from one place to another. */
async function swipe(page: Page, from: readonly [number, number], to: readonly [number, number]) {
  const session = await page.context().newCDPSession(page);
  const at = (part: number) => [
    { x: from[0] + (to[0] - from[0]) * part, y: from[1] + (to[1] - from[1]) * part },
  ];
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
  for (let step = 1; step <= 8; step += 1) {
    await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(step / 8) });
  }
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

test("the drawer of a narrow window", manyCases, async (t) => {
  const { open, as } = await serve(t);
  await as("ada").say({ content: "How many ribs?" });
  const page = await open({ ...narrow, script: lateThreads });
  const link = row(page, "How many ribs?").getByRole("link");
  const current = link.and(page.locator(":focus"));

  await t.test("the focus goes into the drawer, and on to the threads once they are there", async () => {
    await button(page, "Threads").press("Enter");
    const head = sidebar(page).getByRole("link", { name: "Skeleton" });
    await head.and(page.locator(":focus")).waitFor();
    await page.evaluate("letThreadsCome()");
    await current.waitFor();
    await page.keyboard.press("Escape");
    await shut(page);
  });

  await t.test("an open drawer keeps the focus, and Esc or a click beside it gives it back", async () => {
    await button(page, "Threads").press("Enter");
    await sidebar(page).waitFor();
    await current.waitFor();
    for (let step = 0; step < 20; step += 1) {
      await page.keyboard.press("Tab");
      // Between the last and the first the browser's own frame has it, and the page's body.
      const held =
        "document.activeElement === document.body || document.activeElement.closest('.sidebar') !== null";
      assert.ok(await page.evaluate(held));
    }
    await page.keyboard.press("Escape");
    await shut(page);
    await hasFocus(page, "Threads");

    await page.keyboard.press("Enter");
    await sidebar(page).waitFor();
    await page.mouse.click(380, 400);
    await shut(page);
    await hasFocus(page, "Threads");
  });

  await t.test("Esc shuts what is open in the drawer first, and then the drawer", async () => {
    await button(page, "Threads").click();
    await link.focus();
    for (const key of ["F2", "Shift+Delete", "Shift+F10"]) {
      await page.keyboard.press(key);
      await link.waitFor({ state: key === "Shift+F10" ? "visible" : "detached" });
      await page.keyboard.press("Escape");
      await current.waitFor();
      assert.ok(await sidebar(page).isVisible());
    }
    await searchField(page).fill("ribs");
    await searchField(page).press("Escape");
    assert.equal(await searchField(page).inputValue(), "");
    assert.ok(await sidebar(page).isVisible());
    await searchField(page).press("Escape");
    await shut(page);
  });
});

test("the drawer of a phone", manyCases, async (t) => {
  const { open, as, upstream, url } = await serve(t);
  const code = `\`\`\`js\n${"const joints = 24; ".repeat(30)}\n\`\`\`\n\n${"Joints.\n\n".repeat(40)}`;
  upstream.script(answer("Twenty-four."), answer(code));
  for (const content of ["How many ribs?", "Show me code"]) await as("ada").say({ content });
  const page = await open({ ...narrow, hasTouch: true, isMobile: true, at: "#/search/ribs" });

  await t.test("going back to a search opens the drawer, and a hit shuts it", async () => {
    const hit = page.getByRole("region", { name: "Search results" }).getByRole("link");
    await hit.tap();
    await shut(page);
    await page.getByRole("heading", { name: "How many ribs?", level: 1 }).waitFor();
    await page.goBack();
    await hit.waitFor();
    await page.getByRole("button", { name: "Close", exact: true }).tap();
    await shut(page);
    await page.goto(`${url}/#/`);
    await page.getByRole("heading", { name: "What is on your mind?" }).waitFor();
  });

  await t.test("each thread's menu is at hand, and holds everything", async () => {
    await button(page, "Threads").tap();
    await row(page, "How many ribs?").getByRole("button", { name: "More" }).tap();
    const items = page.getByRole("menuitem");
    await items.first().waitFor();
    const sizes = await items.evaluateAll((all) =>
      (all as unknown as { getBoundingClientRect(): { height: number; right: number } }[]).map((item) => {
        const { height, right } = item.getBoundingClientRect();
        return height >= 44 && right <= 390;
      }),
    );
    assert.deepEqual(sizes, Array(5).fill(true));
    await page.getByRole("menuitem", { name: "Pin" }).tap();
    await page.getByRole("region", { name: "Pinned" }).waitFor();
    await row(page, "How many ribs?").getByRole("button", { name: "More" }).tap();
    await page.mouse.click(100, 700);
    assert.equal(await items.count(), 0);
    assert.ok(await sidebar(page).isVisible());
    await page.getByRole("button", { name: "Close", exact: true }).tap();
    await shut(page);
    await composer(page).waitFor();
  });

  await t.test("a finger draws the drawer in from the edge, and pushes it back out", async () => {
    await composer(page).waitFor();
    await swipe(page, [10, 400], [180, 410]);
    await sidebar(page).waitFor();
    await swipe(page, [20, 300], [30, 500]);
    assert.ok(await sidebar(page).isVisible(), "going up and down moves nothing");
    await swipe(page, [250, 400], [80, 410]);
    await shut(page);
    await swipe(page, [200, 400], [370, 410]);
    assert.equal(await sidebar(page).isVisible(), false, "it begins at the edge alone");

    // A tap right after a swipe would only stop what still glides.
    await button(page, "Threads").click();
    await row(page, "Show me code").getByRole("link").click();
    await shut(page);
    const block = page.locator("pre");
    await block.scrollIntoViewIfNeeded();
    const { y = 0 } = (await block.boundingBox()) ?? {};
    await swipe(page, [300, y + 20], [40, y + 22]);
    await until("the code scrolls", async () =>
      page.evaluate("document.querySelector('pre').scrollLeft > 0"),
    );
    assert.equal(await sidebar(page).isVisible(), false);
  });

  await t.test("a thumb hits what it aims at: every button and link of the frame is 44 px high", async () => {
    upstream.script(answer("Good day."));
    await page.goto(`${url}/#/`);
    await page.getByRole("heading", { name: "What is on your mind?" }).waitFor();
    await say(page, "Hello");
    await answersRead(page, "Good day.");
    await ended(page);
    await button(page, "Threads").tap();
    await sidebar(page).waitFor();
    const small =
      await page.evaluate(`[...document.querySelectorAll("button, .sidebar a, select, input, textarea")]
      .filter((part) => part.checkVisibility({ visibilityProperty: true }) && part.getBoundingClientRect().height < 44)
      .map((part) => part.outerHTML.slice(0, 120))`);
    assert.deepEqual(small, []);
    await page.getByRole("button", { name: "Close", exact: true }).tap();
    await shut(page);
  });

  await t.test("it holds threads, search and signing out, and nothing is wider than the screen", async () => {
    await page.goto(`${url}/#/`);
    await page.getByRole("heading", { name: "What is on your mind?" }).waitFor();
    const wide = `| ${"a wide column | ".repeat(12)}\n| ${"--- | ".repeat(12)}\n| ${"cell | ".repeat(12)}`;
    upstream.script(answer(`${wide}\n\n\`\`\`\n${"x".repeat(400)}\n\`\`\`\n\n${"y".repeat(400)}`));
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
    await shut(page);

    await button(page, "Threads").tap();
    await sidebar(page).getByRole("button", { name: "Close", exact: true }).tap();
    await shut(page);
    await button(page, "Threads").tap();
    await account(page).tap();
    await page.getByRole("button", { name: "Sign out", exact: true }).tap();
    await button(page, "Sign in").waitFor();
  });
});
