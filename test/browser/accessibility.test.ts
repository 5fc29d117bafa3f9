import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { answer, refusal } from "../../src/testkit/scripted-reply.ts";
import { testBrowser } from "../support/browser.ts";
import { answers, answersRead, button, composer, ended, row, say, searchField, sidebar } from "./parts.ts";

const serve = testBrowser();

const axe = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

type Violation = { id: string; nodes: { html: string; failureSummary: string }[] };

/** What axe finds in the page as it stands. */
async function assertAccessible(page: Page, where: string): Promise<void> {
  const { violations } = (await page.evaluate("axe.run()")) as { violations: Violation[] };
  const found = violations.map(({ id, nodes }) => ({
    id,
    nodes: nodes.map((node) => [node.html, node.failureSummary]),
  }));
  assert.deepEqual(found, [], where);
}

const rich = `# Bones

A **skeleton** has [many parts](https://example.org/) and \`ribs\`:

- [x] a skull
- [ ] a spine

> Alas, poor Yorick.

| Bone | Count |
| --- | ---: |
| rib | 24 |

\`\`\`ts
const ribs = 24;
\`\`\``;

const windows = [
  { name: "wide and light", options: {} },
  { name: "wide and dark", options: { colorScheme: "dark" as const } },
  { name: "narrow and light", options: { viewport: { width: 390, height: 844 } } },
  {
    name: "narrow and dark",
    options: { viewport: { width: 390, height: 844 }, colorScheme: "dark" as const },
  },
];

for (const { name, options } of windows) {
  test(`axe finds nothing to mend, ${name}`, async (t) => {
    const { open, upstream } = await serve(t);
    upstream.script(
      answer(rich, { reasoning: "They ask about bones." }),
      refusal(500, "The furnace is out."),
    );
    const stranger = await open({ ...options, user: null, script: axe, mayFail: /^401 \/login$/ });
    await stranger.getByLabel("User name").fill("ada");
    await stranger.getByLabel("Password").fill("not the password");
    await button(stranger, "Sign in").click();
    await stranger.getByRole("alert").waitFor();
    await assertAccessible(stranger, "signing in");

    const page = await open({ ...options, script: axe });
    await composer(page).waitFor();
    await assertAccessible(page, "empty");
    await say(page, "What is in a body?");
    await answers(page).locator("figure").waitFor();
    await ended(page);
    await answers(page)
      .getByRole("button", { name: /^Thought/ })
      .click();
    await say(page, "And how many?");
    await answers(page).getByRole("alert").waitFor();
    await answersRead(page, (await answers(page).locator(".markdown").textContent()) ?? "");
    await assertAccessible(page, "a conversation");

    if (await button(page, "Threads").isVisible()) await button(page, "Threads").click();
    await sidebar(page).waitFor();
    await row(page, "What is in a body?").getByRole("link").focus();
    await assertAccessible(page, "the list of threads");
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menu").waitFor();
    await assertAccessible(page, "a thread's menu");
    await page.getByRole("menuitem", { name: "Pin" }).click();
    await page.getByRole("region", { name: "Pinned" }).waitFor();
    await row(page, "What is in a body?").getByRole("link").focus();
    await page.keyboard.press("Shift+Delete");
    await assertAccessible(page, "the question before erasing");
    await page.keyboard.press("Escape");
    await page.keyboard.press("F2");
    await assertAccessible(page, "renaming");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Delete");
    await button(page, "Undo").waitFor();
    await assertAccessible(page, "after archiving");
    await page.getByRole("link", { name: "Archived threads" }).click();
    await row(page, "What is in a body?").waitFor();
    await assertAccessible(page, "the archive");
    await row(page, "What is in a body?").getByRole("link").focus();
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: "Restore" }).click();
    await searchField(page).fill("body");
    await sidebar(page).locator("mark").first().waitFor();
    await assertAccessible(page, "search results");
  });
}
