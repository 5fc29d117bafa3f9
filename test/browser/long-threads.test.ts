import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import type { NewMessage } from "../../src/protocols/threads.ts";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { manyCases, type ServedPage, testBrowser } from "../support/browser.ts";
import { answers, button, ended, newChat, questions, say } from "./parts.ts";

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

test("long threads", manyCases, async (t) => {
  const served = await serve(t);
  const threadId = await longThread(served, 1000);
  const page = await served.open({ at: `#/t/${threadId}/m/a42`, mayFail: /^404 \/api\/v1\/threads\// });
  /** Leads from a new chat to this place in a thread: nothing of the one before stands there any more. */
  const goTo = async (place: string) => {
    await newChat(page);
    await page.goto(`${served.url}/#/t/${place}`);
  };

  await t.test(
    "a link to a message leads to it, however far up it stands, and marks it for a moment",
    async () => {
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
      await until(
        "the other one stands in view",
        async () => Math.abs((await topOf(page, "q400")) - 120) < 60,
      );
      await button(page, "To the end").click();
      await until("the end is there", async () => (await fromEnd(page)) === 0);
    },
  );

  await t.test(
    "a thread of 2,000 messages is readable at once, at its end, and draws only what is near",
    async (t) => {
      const threadId = await longThread(served, 2000);
      await goTo(await longThread(served, 2)); // the renderer of Markdown is there once it was used
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
      assert.ok(elapsed < 10_000, `${elapsed} ms`); // 300 on a machine that does nothing else
      assert.equal(await fromEnd(page), 0);
      assert.ok((await page.locator("[data-message]").count()) <= 40);
      assert.ok((await page.locator(".markdown:not(.plain)").count()) < 20);
    },
  );

  await t.test(
    "earlier messages come before a reader gets there, and what is read keeps its place",
    async () => {
      await goTo(await longThread(served, 260));
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
      const wanted = Array.from(
        { length: 260 },
        (_, index) => `${index % 2 ? "turn" : "q"}${(index >> 1) + 1}`,
      );
      assert.deepEqual(keys, wanted);
    },
  );

  await t.test(
    "a hit in the middle of 10,000 messages is readable at once, and reading on goes both ways to the end",
    async (t) => {
      const threadId = await longThread(served, 10_000);
      await goTo(await longThread(served, 2));
      await answers(page).locator("strong").waitFor(); // the renderer of Markdown is there
      const asked: string[] = [];
      page.on("request", (request) => asked.push(new URL(request.url()).search));
      const elapsed = (await page.evaluate(`(async () => {
      const start = performance.now();
      location.hash = "#/t/${threadId}/m/a2500";
      const isThere = () => {
        const box = document.querySelector('[data-message="turn2500"]')?.getBoundingClientRect();
        return box !== undefined && box.top > 48 && box.top < 200;
      };
      while (!isThere()) await new Promise(requestAnimationFrame);
      return performance.now() - start;
    })()`)) as number;
      t.diagnostic(`readable after ${Math.round(elapsed)} ms`);
      assert.ok(elapsed < 10_000, `${elapsed} ms`); // 300 on a machine that does nothing else
      await page.locator('[data-message="turn2500"] strong').waitFor();
      assert.deepEqual(
        asked.filter((query) => query.includes("limit=200")),
        [],
      );

      const has = (key: string) => page.locator(`[data-message="${key}"]`).count();
      const read = async (pixels: number, key: string) => {
        for (let step = 0; step < 60 && (await has(key)) === 0; step += 1) {
          const seen = (await page.evaluate(`{
          const { top } = document.querySelector(".scroller").getBoundingClientRect();
          document.elementFromPoint(640, top + 8)?.closest("[data-message]")?.dataset.message;
        }`)) as string | undefined;
          await scrollBy(page, pixels);
          if (seen === undefined) continue;
          const before = await restingTop(page, seen);
          await frames(page, 2);
          assert.ok(Math.abs((await restingTop(page, seen)) - before) <= 1, `${seen} moved at step ${step}`);
        }
        assert.equal(await has(key), 1);
      };
      await read(-1500, "q2400");
      await read(3000, "q2560");
      assert.equal(await page.locator('[data-message="q5000"]').count(), 0);
      const keys = await page
        .locator("[data-message]")
        .evaluateAll((all) => all.map((element) => element.getAttribute("data-message") ?? ""));
      // All between them, each once, in their order.
      const places = keys.map((key) => 2 * Number(key.replace(/\D+/, "")) + (key.startsWith("q") ? 0 : 1));
      assert.deepEqual(
        places,
        places.map((_, index) => (places[0] ?? 0) + index),
      );

      await button(page, "To the end").click();
      await questions(page).filter({ hasText: "Question 5000?" }).waitFor();
      await until("the end is there", async () => (await fromEnd(page)) === 0);
    },
  );

  await t.test(
    "a reader who went to a message and reads down from there comes to the end, and to what is said there",
    async () => {
      const threadId = await longThread(served, 300);
      await goTo(`${threadId}/m/q60`);
      await page.locator('[data-message="q60"][data-found]').waitFor();
      const there = () => page.locator('[data-message="q150"]').count();
      for (let step = 0; step < 80 && (await there()) === 0; step += 1) {
        await scrollBy(page, 1500);
        await frames(page, 2);
      }
      await page.locator('[data-message="q60"]').waitFor({ state: "attached" });
      const gate = Promise.withResolvers<void>();
      served.upstream.script({
        steps: [
          { tokens: ["So it "] },
          { wait: gate.promise },
          { tokens: ["is."] },
          { finish: "stop" },
          { done: true },
        ],
      });
      await until("the end is in view", async () => {
        await scrollBy(page, 5000);
        return (await fromEnd(page)) === 0;
      });
      void served.as("ada").say({ content: "Is it so?", thread_id: threadId });
      await answers(page).last().getByText("So it").waitFor();
      gate.resolve();
      await answers(page).last().getByText("So it is.").waitFor();
      await ended(page);
      assert.equal(await page.locator('[data-message="q60"]').count(), 1);

      // Away from the end again, a message of one's own leads there.
      await page.goto(`${served.url}/#/t/${threadId}/m/q5`);
      await page.locator('[data-message="q5"][data-found]').waitFor();
      served.upstream.script(answer("It is."));
      await say(page, "Really?");
      await answers(page).last().getByText("It is.").waitFor();
      await ended(page);
      await until("the end is in view again", async () => (await fromEnd(page)) === 0);
    },
  );

  await t.test(
    "a link leads to a message on another branch too, and says so when there is none",
    async () => {
      served.upstream.script(answer("First."), answer("Second."));
      await newChat(page);
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
    },
  );

  await t.test(
    "a reader who has scrolled up is left alone, and a button leads back to the new text",
    async () => {
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
      await goTo(await longThread(served, 60));
      await page.locator('[data-message="turn30"] strong').waitFor(); // it will not change its height any more
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
    },
  );
});
