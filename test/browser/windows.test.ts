import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { testBrowser, until } from "../support/browser.ts";
import { answersRead, button, choose, ended, questions, row, say, titles } from "./parts.ts";

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

test("what is said in one window stands in the other, word by word, and both can stop it", async (t) => {
  const { open, upstream } = await serve(t);
  const rest = Promise.withResolvers<void>();
  upstream.script(answer("Hello."), {
    steps: [{ tokens: ["One bone. "] }, { wait: rest.promise }, { tokens: ["Two bones. "] }, { stall: true }],
  });
  const here = await open();
  await say(here, "Hello");
  await answersRead(here, "Hello.");
  await ended(here);
  const there = await open({ at: new URL(here.url()).hash });
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
});

test("the lists of two windows agree: on what is new, renamed, archived and brought back", async (t) => {
  const { open, upstream } = await serve(t);
  upstream.script(answer("Twenty-four."), answer("Thirty-three."));
  const here = await open();
  const there = await open();
  await say(here, "How many ribs?");
  await titlesAre(there, "How many ribs?");
  await answersRead(here, "Twenty-four.");
  await say(there, "How many vertebrae?");
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
});

test("what one user says never reaches the window of another", async (t) => {
  const { open } = await serve(t);
  const ada = await open();
  const bob = await open({ user: "bob", mayFail: /^404 \/api\/v1\/threads\// });
  await say(ada, "A secret");
  await answersRead(ada, "This is a scripted answer.");
  await ended(ada);
  await say(bob, "Another one");
  await titlesAre(bob, "Another one");
  await titlesAre(ada, "A secret");

  await bob.goto(ada.url());
  await bob.getByRole("heading", { name: "This thread does not exist, or not for you." }).waitFor();
  assert.equal(await bob.getByText("A secret").count(), 0);
});
