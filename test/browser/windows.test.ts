import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { answersRead, button, choose, ended, newChat, questions, row, say, titles } from "./parts.ts";

const serve = testBrowser();

async function titlesAre(page: Page, ...wanted: readonly string[]): Promise<void> {
  let seen: readonly string[] = [];
  await until(
    () => `the list is ${wanted}, not ${seen}`,
    async () => {
      seen = await titles(page);
      return seen.join("\n") === wanted.join("\n");
    },
  );
}

test("two windows of one reader", manyCases, async (t) => {
  const { open, upstream } = await serve(t);
  const here = await open();
  const there = await open();

  await t.test(
    "the lists of two windows agree: on what is new, renamed, archived and brought back",
    async () => {
      upstream.script(answer("Twenty-four."), answer("Thirty-three."));
      await say(here, "How many ribs?");
      await titlesAre(there, "How many ribs?");
      await answersRead(here, "Twenty-four.");
      await ended(here);
      await say(there, "How many vertebrae?");
      await answersRead(there, "Thirty-three.");
      await ended(there);
      await titlesAre(here, "How many vertebrae?", "How many ribs?");
      await titlesAre(there, "How many vertebrae?", "How many ribs?");

      await choose(here, "How many ribs?", "Rename");
      await here.getByRole("textbox", { name: "New title" }).fill("On ribs");
      await here.getByRole("textbox", { name: "New title" }).press("Enter");
      await titlesAre(here, "How many vertebrae?", "On ribs");
      await titlesAre(there, "How many vertebrae?", "On ribs");
      await here.getByRole("heading", { name: "On ribs", level: 1 }).waitFor();

      await row(there, "On ribs").hover();
      await row(there, "On ribs").getByRole("button", { name: "Archive" }).click();
      await titlesAre(there, "How many vertebrae?");
      await titlesAre(here, "How many vertebrae?");
      await button(there, "Undo").click();
      await titlesAre(there, "How many vertebrae?", "On ribs");
      await titlesAre(here, "How many vertebrae?", "On ribs");
    },
  );

  await t.test(
    "what is said in one window stands in the other, word by word, and both can stop it",
    async () => {
      const rest = Promise.withResolvers<void>();
      upstream.script(answer("Hello."), {
        steps: [
          { tokens: ["One bone. "] },
          { wait: rest.promise },
          { tokens: ["Two bones. "] },
          { stall: true },
        ],
      });
      for (const window of [here, there]) await newChat(window);
      await say(here, "Hello");
      await answersRead(here, "Hello.");
      await ended(here);
      await there.goto(here.url());
      await answersRead(there, "Hello.");

      await say(here, "Count them");
      await answersRead(there, "Hello.", "One bone.");
      await questions(there).filter({ hasText: "Count them" }).waitFor();
      rest.resolve();
      await answersRead(there, "Hello.", "One bone. Two bones.");
      await answersRead(here, "Hello.", "One bone. Two bones.");

      await button(there, "Stop (Esc)").click();
      for (const page of [here, there]) {
        await page.getByText("Stopped.").waitFor();
        await answersRead(page, "Hello.", "One bone. Two bones.");
        assert.equal(await questions(page).count(), 2);
      }
    },
  );

  await t.test("what one user says never reaches the window of another", async () => {
    upstream.script(answer("Of ada's."), answer("Of bob's."));
    await newChat(here);
    const bob = await open({ user: "bob", mayFail: /^404 \/api\/v1\/threads\// });
    await say(here, "A secret");
    await answersRead(here, "Of ada's.");
    await ended(here);
    await say(bob, "Another one");
    await titlesAre(bob, "Another one");
    await titlesAre(here, "A secret", "Hello", "How many vertebrae?", "On ribs");

    await bob.goto(here.url());
    await bob.getByRole("heading", { name: "This thread does not exist, or not for you." }).waitFor();
    assert.equal(await bob.getByText("A secret").count(), 0);
  });
});
