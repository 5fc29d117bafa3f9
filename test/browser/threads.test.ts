import assert from "node:assert/strict";
import { test } from "node:test";
import { testBrowser, until } from "../support/browser.ts";
import type { Caller } from "../support/test-server.ts";
import { answersRead, button, choose, composer, row, searchField, sidebar, titles } from "./parts.ts";

const serve = testBrowser();

/** Threads, one for each question. */
async function ask(caller: Caller, ...questions: readonly string[]): Promise<void> {
  for (const content of questions) await caller.say({ content });
}

test("searching finds what was said, marks it, opens it, and gives the list back when emptied", async (t) => {
  const { open, as } = await serve(t);
  await ask(as("ada"), "Of ribs and other bones", "Where is the stapes?", "A recipe for soup");
  const page = await open();
  const hits = page.getByRole("region", { name: "Search results" });
  await row(page, "A recipe for soup").waitFor();

  await searchField(page).fill("stapes");
  await hits.getByRole("listitem").waitFor();
  assert.deepEqual(await titles(page), ["Where is the stapes?"]);
  assert.deepEqual(await hits.locator("mark").allTextContents(), ["stapes"]);
  await hits.getByRole("link").click();
  await page.getByRole("heading", { name: "Where is the stapes?", level: 1 }).waitFor();

  await searchField(page).fill("zygomatic");
  await hits.getByText("Nothing found for “zygomatic”.").waitFor();
  await searchField(page).press("Escape");
  await until("the list is back", async () => (await titles(page)).length === 3);
  assert.equal(await hits.count(), 0);
});

test("what was said in an answer is found too, and marked where it stands", async (t) => {
  const { open, as } = await serve(t);
  await ask(as("ada"), "Of ribs and other bones");
  const page = await open();
  await searchField(page).fill("scripted");
  const hit = page.getByRole("region", { name: "Search results" }).getByRole("listitem");
  await hit.waitFor();
  assert.equal(await hit.locator(".row-title").textContent(), "Of ribs and other bones");
  assert.deepEqual(await hit.locator("mark").allTextContents(), ["scripted"]);
  await hit.getByRole("link").click();
  await answersRead(page, "This is a scripted answer.");
});

test("a thread is renamed in place, by Enter, and Escape leaves its title alone", async (t) => {
  const { open, as } = await serve(t);
  await ask(as("ada"), "How many ribs?");
  const page = await open();
  await row(page, "How many ribs?").getByRole("link").dblclick();
  const field = page.getByRole("textbox", { name: "New title" });
  await field.fill("Never kept");
  await field.press("Escape");
  await row(page, "How many ribs?").waitFor();

  await choose(page, "How many ribs?", "Rename");
  await field.fill("On ribs");
  await field.press("Enter");
  await row(page, "On ribs").waitFor();
  await page.getByRole("heading", { name: "On ribs", level: 1 }).waitFor();
  await page.reload();
  await row(page, "On ribs").waitFor();
  const [thread] = await as("ada").get<{ title: string }[]>("/api/v1/threads");
  assert.equal(thread?.title, "On ribs");
});

test("archiving happens at once, leads to a new chat, and can be undone", async (t) => {
  const { open, as } = await serve(t);
  await ask(as("ada"), "How many ribs?", "Where is the stapes?");
  const page = await open();
  await row(page, "How many ribs?").getByRole("link").click();
  await row(page, "How many ribs?").getByRole("button", { name: "Archive" }).click();
  await page.getByText("Archived “How many ribs?”").waitFor();
  await page.getByRole("heading", { name: "What is on your mind?" }).waitFor();
  assert.deepEqual(await titles(page), ["Where is the stapes?"]);

  await button(page, "Undo").click();
  await row(page, "How many ribs?").waitFor();
  assert.equal(await page.getByText("Archived “").count(), 0);
  await row(page, "How many ribs?").getByRole("link").click();
  await answersRead(page, "This is a scripted answer.");
});

test("a list of more than a page goes on when its end is scrolled to", async (t) => {
  const { open, as } = await serve(t);
  const questions = Array.from({ length: 60 }, (_, index) => `Question ${index + 1}`);
  await ask(as("ada"), ...questions);
  const page = await open();
  await row(page, "Question 60").waitFor();
  await until("the first page is there", async () => (await titles(page)).length >= 50);
  await sidebar(page).locator(".list-end").scrollIntoViewIfNeeded();
  await until("all are there", async () => (await titles(page)).length === 60);
  assert.deepEqual(await titles(page), questions.toReversed());
  await composer(page).waitFor();
});
