import assert from "node:assert/strict";
import { test } from "node:test";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import {
  answers,
  answersRead,
  button,
  chosen,
  composer,
  ended,
  newChat,
  pick,
  questions,
  say,
} from "./parts.ts";

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

test("a conversation", manyCases, async (t) => {
  const { open, upstream, url, as } = await serve(t);
  const page = await open();

  await t.test(
    "an answer stands there as it comes, as Markdown: headings, lists, tables and code",
    async () => {
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
      await say(page, "What is in a body?");

      // The first half is there, dressed, while the model still speaks.
      await answers(page).getByRole("cell", { name: "24", exact: true }).waitFor();
      await button(page, "Stop (Esc)").waitFor();
      assert.equal(await answers(page).getByText("That is all.").count(), 0);
      assert.equal(await answers(page).getAttribute("aria-busy"), "true");
      assert.deepEqual(await questions(page).locator(".user-block").allTextContents(), [
        "What is in a body?",
      ]);

      rest.resolve();
      await answers(page).getByText("That is all.").waitFor();
      await ended(page);
      assert.equal(await answers(page).getByRole("heading", { name: "Bones" }).count(), 1);
      assert.deepEqual(await answers(page).getByRole("listitem").allTextContents(), ["a skull", "a spine"]);
      assert.equal(await answers(page).locator("strong").textContent(), "skeleton");
      assert.equal(await answers(page).locator("figure pre code").textContent(), "const ribs = 24;");
      assert.equal(await answers(page).locator("figcaption > span").textContent(), "TypeScript");
      assert.equal(await page.title(), "What is in a body? · Skeleton");
    },
  );

  await t.test("answering again and editing make branches, and the arrows lead back", async () => {
    await newChat(page);
    upstream.script(answer("First."), answer("Second."), answer("Third."));
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

  const thinking = answers(page).getByRole("button", { name: /^Thinking|^Thought/ });

  await t.test("thinking is one line that opens in place, while it goes on and afterwards", async () => {
    await newChat(page);
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
    await say(page, "How many?");

    await answers(page).getByRole("button", { name: "Thinking" }).waitFor();
    assert.equal(await thinking.getAttribute("aria-expanded"), "false");
    assert.equal(await page.getByText("They ask about ribs.").count(), 0);
    await thinking.click();
    await page.getByText("They ask about ribs.").waitFor();

    thought.resolve();
    await answersRead(page, "Twenty-four.");
    await answers(page)
      .getByRole("button", { name: /^Thought for/ })
      .waitFor();
    await ended(page);
  });

  await t.test("stopping keeps what was said, and says so", async () => {
    upstream.script({ steps: [{ tokens: ["One bone, ", "two bones"] }, { stall: true }] });
    await say(page, "Count them");
    await answersRead(page, "Twenty-four.", "One bone, two bones");
    await button(page, "Stop (Esc)").click();
    await page.getByText("Stopped.").waitFor();
    assert.equal(await upstream.requests.at(-1)?.closed, true);
    await answersRead(page, "Twenty-four.", "One bone, two bones");
    await ended(page);
  });

  await t.test(
    "a page that is left in the middle of an answer and loaded again shows it to its end, each word once",
    async () => {
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
      const before = ["Twenty-four.", "One bone, two bones"];
      const asked = upstream.requests.length;
      await say(page, "Count them all");
      await answersRead(page, ...before, "One bone. ");
      gates[0]?.resolve();
      await answersRead(page, ...before, "One bone. Two bones. ");

      // The next is said while nobody looks.
      await page.goto("about:blank");
      gates[1]?.resolve();
      await page.goBack();
      await answersRead(page, ...before, "One bone. Two bones. Three bones. ");
      gates[2]?.resolve();
      await answersRead(page, ...before, parts.join(""));
      await ended(page);
      await answersRead(page, ...before, parts.join(""));
      assert.equal(await questions(page).count(), 3);
      assert.equal(upstream.requests.length, asked + 1);
    },
  );

  await t.test("after that, what was thought and what was stopped stand as they did", async () => {
    await page.getByText("Stopped.").waitFor();
    assert.equal(await thinking.getAttribute("aria-expanded"), "false");
    await thinking.press("Enter");
    await page.getByText("They ask about ribs.").waitFor();
  });

  await t.test("a second message in a window opened later goes on with the same thread", async () => {
    await newChat(page);
    const threads = async () => (await as("ada").get<unknown[]>("/api/v1/threads")).length;
    const before = await threads();
    upstream.script(answer("Two hundred and six."), answer("Twenty-four."));
    await say(page, "How many bones?");
    await answersRead(page, "Two hundred and six.");
    await ended(page);

    const later = await open({ at: new URL(page.url()).hash });
    await answersRead(later, "Two hundred and six.");
    await say(later, "And ribs?");
    await answersRead(later, "Two hundred and six.", "Twenty-four.");
    assert.equal(later.url(), page.url());
    const sent = upstream.requests.at(-1)?.body.messages as readonly { role: string; content: string }[];
    assert.deepEqual(
      sent.map(({ role, content }) => (role === "system" ? role : content)),
      ["system", "How many bones?", "Two hundred and six.", "And ribs?"],
    );
    assert.equal(await threads(), before + 1);
    await answersRead(page, "Two hundred and six.", "Twenty-four.");
    await ended(page);
  });

  await t.test(
    "the model and the prompt that are chosen reach the model's server, and are chosen again next time",
    async () => {
      await newChat(page);
      upstream.script(answer("Hello."), answer("Hello."));
      await pick(page, "Model", "beta-mini");
      await pick(page, "Prompt", "zero");
      await say(page, "Hello");
      await ended(page);
      const plain = upstream.requests.at(-1);
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
      const messages = upstream.requests.at(-1)?.body.messages as readonly { role: string }[];
      assert.deepEqual(
        messages.map(({ role }) => role),
        ["system", "user"],
      );
    },
  );
});
