import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import type { NewMessage } from "../../src/protocols/threads.ts";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { type ServedPage, testBrowser, until } from "../support/browser.ts";
import { answers, button, composer, ended, questions, say } from "./parts.ts";

const serve = testBrowser();

const timestamp = "2026-02-03T04:05:06.070Z";

/** A thread of so many messages, question and answer by turns, as if they had been said. */
async function longThread({ app }: ServedPage, count: number): Promise<string> {
  const threads = await app.host.get("thread");
  const threadId = await threads.createThread({
    ...{ userId: "ada", title: "All about bones", model: "alpha-large", systemPrompt: "default" },
  });
  const messages = Array.from({ length: count }, (_, index): NewMessage => {
    const number = Math.floor(index / 2) + 1;
    const type = "message_text";
    if (index % 2 === 0) {
      return { id: `q${number}`, role: "user", type, content: `Question ${number}?`, timestamp };
    }
    const list = Array.from({ length: 1 + (number % 7) }, (_, bone) => `- bone *${bone}*`).join("\n");
    const content = `Answer **${number}**, and what follows from it:\n\n${list}\n\nSo much for ${number}.`;
    const turnId = `turn${number}`;
    return { id: `a${number}`, role: "assistant", type, content, timestamp, turnId, model: "alpha-large" };
  });
  await threads.addMessages({ userId: "ada", threadId }, messages);
  return threadId;
}

/** Where a message stands on the screen, from the top, in pixels. */
const topOf = (page: Page, key: string) =>
  page
    .locator(`[data-message="${key}"]`)
    .evaluate((element) => Math.round(element.getBoundingClientRect().top));

/** The same as it is drawn: what was put in above a moment ago may not have been made up for yet. */
async function restingTop(page: Page, key: string): Promise<number> {
  for (let top = await topOf(page, key); ; ) {
    await frames(page, 1);
    const next = await topOf(page, key);
    if (next === top) return top;
    top = next;
  }
}

/** Scrolls as a wheel does: the page hears of a hand. */
const scrollBy = (page: Page, pixels: number) =>
  page.evaluate(`{
    const scroller = document.querySelector(".scroller");
    scroller.dispatchEvent(new WheelEvent("wheel"));
    scroller.scrollBy(0, ${pixels});
  }`);

/** Resolves once so many frames have been drawn. */
const frames = (page: Page, count: number) =>
  page.evaluate(`(async () => {
    for (let frame = 0; frame < ${count}; frame += 1) await new Promise(requestAnimationFrame);
  })()`);

const fromEnd = (page: Page) =>
  page
    .locator(".scroller")
    .evaluate((element) => Math.round(element.scrollHeight - element.scrollTop - element.clientHeight));

test("a thread of 2,000 messages is readable at once, at its end, and draws only what is near", async (t) => {
  const served = await serve(t);
  const threadId = await longThread(served, 2000);
  const page = await served.open();
  await composer(page).waitFor();
  // The renderer of Markdown is there once it was used.
  await page.goto(`${served.url}/#/t/${await longThread(served, 2)}`);
  await answers(page).locator("strong").waitFor();
  await frames(page, 10);
  const elapsed = (await page.evaluate(`(async () => {
    const start = performance.now();
    location.hash = "#/t/${threadId}";
    const isThere = () => {
      const last = [...document.querySelectorAll("[data-message] strong")].at(-1);
      const box = last?.getBoundingClientRect();
      return last?.textContent === "1000" && box.top > 0 && box.bottom < innerHeight;
    };
    while (!isThere()) await new Promise(requestAnimationFrame);
    return performance.now() - start;
  })()`)) as number;
  t.diagnostic(`readable after ${Math.round(elapsed)} ms`);
  assert.ok(elapsed < 1500, `${elapsed} ms`); // 300 on a machine that does nothing else
  assert.equal(await fromEnd(page), 0);
  assert.ok((await page.locator("[data-message]").count()) <= 40);
  assert.ok((await page.locator(".markdown:not(.plain)").count()) < 20);
});

test("earlier messages come before a reader gets there, and what is read keeps its place", async (t) => {
  const served = await serve(t);
  const page = await served.open({ at: `#/t/${await longThread(served, 260)}` });
  await questions(page).filter({ hasText: "Question 130?" }).waitFor();
  assert.equal(await page.locator('[data-message="q100"]').count(), 0);
  for (let step = 0; step < 60 && (await page.locator('[data-message="q1"]').count()) === 0; step += 1) {
    await scrollBy(page, -1000);
    await frames(page, 1);
    // What stands at the upper edge.
    const seen = (await page.evaluate(`{
      const { top } = document.querySelector(".scroller").getBoundingClientRect();
      document.elementFromPoint(640, top + 8)?.closest("[data-message]")?.dataset.message;
    }`)) as string | undefined;
    if (seen === undefined) continue;
    const before = await restingTop(page, seen);
    await frames(page, 4);
    assert.ok(Math.abs((await restingTop(page, seen)) - before) <= 1, `${seen} moved at step ${step}`);
  }
  // All came, each once, in their order.
  const keys = await page
    .locator("[data-message]")
    .evaluateAll((all) => all.map((element) => element.getAttribute("data-message")));
  const wanted = Array.from({ length: 260 }, (_, index) => `${index % 2 ? "turn" : "q"}${(index >> 1) + 1}`);
  assert.deepEqual(keys, wanted);
});

test("a link to a message leads to it, however far up it stands, and marks it for a moment", async (t) => {
  const served = await serve(t);
  const threadId = await longThread(served, 1000);
  const page = await served.open({ at: `#/t/${threadId}/m/a42` });
  const target = page.locator('[data-message="turn42"]');
  await target.and(page.locator("[data-found]")).waitFor();
  await target.locator("strong").waitFor();
  await until("it stands in view", async () => {
    const top = await topOf(page, "turn42");
    return top > 48 && top < 300;
  });
  assert.equal(await target.evaluate((element) => element.matches(":focus")), true);
  await until("the mark fades", async () => (await page.locator("[data-found]").count()) === 0);

  await page.goto(`${served.url}/#/t/${threadId}/m/q400`);
  await page.locator('[data-message="q400"][data-found]').waitFor();
  await until("the other one stands in view", async () => Math.abs((await topOf(page, "q400")) - 120) < 60);
  await button(page, "To the end").click();
  await until("the end is there", async () => (await fromEnd(page)) === 0);
});

test("a link leads to a message on another branch too, and says so when there is none", async (t) => {
  const served = await serve(t);
  served.upstream.script(answer("First."), answer("Second."));
  const page = await served.open({ mayFail: /^404 \/api\/v1\/threads\// });
  await say(page, "Say something");
  await ended(page);
  const thread = new URL(page.url()).hash;
  const [, first] = await served
    .as("ada")
    .get<{ id: string }[]>(`/api/v1/threads/${thread.split("/")[2]}/messages?details=true`);
  await button(page, "Answer again").click();
  await answers(page).filter({ hasText: "Second." }).waitFor();
  await ended(page);

  await page.goto(`${served.url}/${thread}/m/${first?.id}`);
  await answers(page).filter({ hasText: "First." }).and(page.locator("[data-found]")).waitFor();
  await page.goto(`${served.url}/${thread}/m/nowhere`);
  await page.getByText("This message does not exist any more.").waitFor();
});

test("a reader who has scrolled up is left alone, and a button leads back to the new text", async (t) => {
  const served = await serve(t);
  const gates = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  const text = (name: string) => `${name} ${"words ".repeat(300)}\n\n`;
  served.upstream.script({
    steps: [
      { tokens: [text("one")] },
      ...gates.flatMap(({ promise }, index) => [{ wait: promise }, { tokens: [text(`more${index}`)] }]),
      { finish: "stop" },
      { done: true },
    ],
  });
  const page = await served.open({ at: `#/t/${await longThread(served, 60)}` });
  await questions(page).filter({ hasText: "Question 30?" }).waitFor();
  await say(page, "Go on");
  await answers(page).last().getByText("one words").waitFor(); // there are bones in the answer before
  await until("the end is in view", async () => (await fromEnd(page)) === 0);
  gates[0]?.resolve();
  await answers(page).last().getByText("more0").waitFor();
  await until("the end is still in view", async () => (await fromEnd(page)) === 0);

  await scrollBy(page, -500);
  await button(page, "New text below").waitFor();
  const before = await topOf(page, "q30");
  const distance = await fromEnd(page);
  gates[1]?.resolve();
  await answers(page).last().getByText("more1").waitFor();
  await until("there is more below", async () => (await fromEnd(page)) > distance + 200);
  assert.equal(await topOf(page, "q30"), before);

  await button(page, "New text below").click();
  await until("the end is in view again", async () => (await fromEnd(page)) === 0);
  assert.equal(await button(page, "New text below").count(), 0);
  gates[2]?.resolve();
  await ended(page);
  await until("and stays so", async () => (await fromEnd(page)) === 0);
});
