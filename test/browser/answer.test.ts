import assert from "node:assert/strict";
import { test } from "node:test";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { testBrowser } from "../support/browser.ts";
import { answers, answersRead, button, chosen, composer, ended, pick, questions, say } from "./parts.ts";

const serve = testBrowser();

const markdown = `# Bones

A **skeleton** has:

- a skull
- a spine

| Bone | Count |
| --- | ---: |
| rib | 24 |

\`\`\`ts
const ribs = 24;
\`\`\`

That is all.`;

test("an answer stands there as it comes, as Markdown: headings, lists, tables and code", async (t) => {
  const { open, upstream } = await serve(t);
  const rest = Promise.withResolvers<void>();
  const half = markdown.indexOf("const ribs");
  upstream.script({
    steps: [
      { tokens: [markdown.slice(0, half)] },
      { wait: rest.promise },
      { tokens: [markdown.slice(half)] },
      { finish: "stop" },
      { done: true },
    ],
  });
  const page = await open();
  await say(page, "What is in a body?");

  // The first half is there, dressed, while the model still speaks.
  await answers(page).getByRole("cell", { name: "24", exact: true }).waitFor();
  await button(page, "Stop (Esc)").waitFor();
  assert.equal(await answers(page).getByText("That is all.").count(), 0);
  assert.equal(await answers(page).getAttribute("aria-busy"), "true");
  assert.deepEqual(await questions(page).locator(".user-block").allTextContents(), ["What is in a body?"]);

  rest.resolve();
  await answers(page).getByText("That is all.").waitFor();
  await ended(page);
  assert.equal(await answers(page).getByRole("heading", { name: "Bones" }).count(), 1);
  assert.deepEqual(await answers(page).getByRole("listitem").allTextContents(), ["a skull", "a spine"]);
  assert.equal(await answers(page).locator("strong").textContent(), "skeleton");
  assert.equal(await answers(page).locator("figure pre code").textContent(), "const ribs = 24;");
  assert.equal(await answers(page).locator("figcaption > span").textContent(), "TypeScript");
  assert.equal(await page.title(), "What is in a body? · Skeleton");
});

test("thinking is one line that opens in place, while it goes on and afterwards", async (t) => {
  const { open, upstream } = await serve(t);
  const thought = Promise.withResolvers<void>();
  upstream.script({
    steps: [
      { tokens: ["They ask ", "about ribs."], as: "reasoning_content" },
      { wait: thought.promise },
      { tokens: ["Twenty-four."] },
      { finish: "stop" },
      { done: true },
    ],
  });
  const page = await open();
  await say(page, "How many?");

  const line = answers(page).getByRole("button", { name: /^Thinking|^Thought/ });
  await answers(page).getByRole("button", { name: "Thinking" }).waitFor();
  assert.equal(await line.getAttribute("aria-expanded"), "false");
  assert.equal(await page.getByText("They ask about ribs.").count(), 0);
  await line.click();
  await page.getByText("They ask about ribs.").waitFor();

  thought.resolve();
  await answersRead(page, "Twenty-four.");
  await answers(page)
    .getByRole("button", { name: /^Thought for/ })
    .waitFor();
  await page.reload();
  await answersRead(page, "Twenty-four.");
  assert.equal(await line.getAttribute("aria-expanded"), "false");
  await line.press("Enter");
  await page.getByText("They ask about ribs.").waitFor();
});

test("the model and the prompt that are chosen reach the model's server, and are chosen again next time", async (t) => {
  const { open, upstream, url } = await serve(t);
  const page = await open();
  await pick(page, "Model", "beta-mini");
  await pick(page, "Prompt", "zero");
  await say(page, "Hello");
  await ended(page);
  const [plain] = upstream.requests;
  assert.equal(plain?.body.model, "beta-mini");
  assert.deepEqual(plain?.body.messages, [{ role: "user", content: "Hello" }]);

  await page.goto(`${url}/#/`);
  await page.getByRole("heading", { name: "What is on your mind?" }).waitFor();
  await chosen(page, "Model", "beta-mini");
  await chosen(page, "Prompt", "zero");
  await pick(page, "Prompt", "default");
  await say(page, "Hello again");
  await answers(page).first().waitFor();
  await ended(page);
  const messages = upstream.requests[1]?.body.messages as readonly { role: string }[];
  assert.deepEqual(
    messages.map(({ role }) => role),
    ["system", "user"],
  );
});

test("stopping keeps what was said, says so, and lets the conversation go on", async (t) => {
  const { open, upstream } = await serve(t);
  upstream.script(
    { steps: [{ tokens: ["One bone, ", "two bones"] }, { stall: true }] },
    answer("Three bones."),
  );
  const page = await open();
  await say(page, "Count them");
  await answersRead(page, "One bone, two bones");
  await button(page, "Stop (Esc)").click();
  await page.getByText("Stopped.").waitFor();
  assert.equal(await upstream.requests[0]?.closed, true);
  await answersRead(page, "One bone, two bones");

  await page.reload();
  await page.getByText("Stopped.").waitFor();
  await answersRead(page, "One bone, two bones");
  await say(page, "Go on");
  await answersRead(page, "One bone, two bones", "Three bones.");
});

test("a reload in the middle of an answer shows it to its end, each word once", async (t) => {
  const { open, upstream } = await serve(t);
  const gates = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  const parts = ["One bone. ", "Two bones. ", "Three bones. ", "Four bones."];
  upstream.script({
    steps: [
      ...parts.flatMap((part, index) => [
        ...(index === 0 ? [] : [{ wait: gates[index - 1]?.promise ?? Promise.resolve() }]),
        { tokens: [part] },
      ]),
      { finish: "stop" },
      { done: true },
    ],
  });
  const page = await open();
  await say(page, "Count them");
  await answersRead(page, "One bone. ");
  await page.reload();
  await answersRead(page, "One bone. ");
  gates[0]?.resolve();
  await answersRead(page, "One bone. Two bones. ");

  // Also when it is said while nobody looks.
  await page.goto("about:blank");
  gates[1]?.resolve();
  await page.goBack();
  await answersRead(page, "One bone. Two bones. Three bones. ");
  gates[2]?.resolve();
  await answersRead(page, parts.join(""));
  await ended(page);
  await answersRead(page, parts.join(""));
  assert.equal(await answers(page).count(), 1);
  assert.equal(await questions(page).count(), 1);
  assert.equal(upstream.requests.length, 1);
});

test("a second message in a window opened later goes on with the same thread", async (t) => {
  const { open, upstream, as } = await serve(t);
  upstream.script(answer("Two hundred and six."), answer("Twenty-four."));
  const first = await open();
  await say(first, "How many bones?");
  await answersRead(first, "Two hundred and six.");
  await ended(first);

  const page = await open({ at: new URL(first.url()).hash });
  await answersRead(page, "Two hundred and six.");
  await say(page, "And ribs?");
  await answersRead(page, "Two hundred and six.", "Twenty-four.");
  assert.equal(page.url(), first.url());
  const sent = upstream.requests[1]?.body.messages as readonly { role: string; content: string }[];
  assert.deepEqual(
    sent.map(({ role, content }) => (role === "system" ? role : content)),
    ["system", "How many bones?", "Two hundred and six.", "And ribs?"],
  );
  assert.equal((await as("ada").get<unknown[]>("/api/v1/threads")).length, 1);
});

test("answering again and editing make branches, and the arrows lead back", async (t) => {
  const { open, upstream } = await serve(t);
  upstream.script(answer("First."), answer("Second."), answer("Third."));
  const page = await open();
  await say(page, "Say something");
  await answersRead(page, "First.");
  await ended(page);
  await button(page, "Answer again").click();
  await answersRead(page, "Second.");
  await page.getByText("2/2").waitFor();
  await button(page, "Earlier version").click();
  await answersRead(page, "First.");
  await button(page, "Later version").click();
  await answersRead(page, "Second.");

  await questions(page).hover();
  await button(page, "Edit").click();
  await page.getByRole("textbox", { name: "Your message" }).fill("Say something else");
  await page.getByRole("textbox", { name: "Your message" }).press("Enter");
  await answersRead(page, "Third.");
  await questions(page).getByText("Say something else", { exact: true }).waitFor();
  await questions(page).getByRole("button", { name: "Earlier version" }).click();
  await answersRead(page, "Second.");
  assert.equal(await composer(page).inputValue(), "");
});
