import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { answer, refusal } from "../../src/testkit/scripted-reply.ts";
import { axeFaults } from "../support/axe.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import {
  account,
  answers,
  button,
  composer,
  ended,
  picker,
  questions,
  row,
  say,
  searchField,
  sidebar,
} from "./parts.ts";

const serve = testBrowser();

const wide = { width: 1280, height: 800 };
const narrow = { width: 390, height: 844 };

/** What axe finds in the page as it stands, and then in the dark, which changes nothing but colours. */
async function assertAccessible(page: Page, where: string): Promise<void> {
  await settled(page);
  assert.deepEqual(await axeFaults(page), [], where);
  if ((page.viewportSize()?.width ?? 0) < 800) return; // its colours are the same
  await page.emulateMedia({ colorScheme: "dark" });
  assert.deepEqual(await axeFaults(page, "colours"), [], `${where}, in the dark`);
  await page.emulateMedia({ colorScheme: "light" });
}

/** The same, and in a narrow window, too, whose colours are those of the wide one: both show this. */
async function assertAccessibleAlways(page: Page, where: string, shown: Locator): Promise<void> {
  await assertAccessible(page, where);
  await page.setViewportSize(narrow);
  await shown.waitFor();
  await settled(page);
  assert.deepEqual(await axeFaults(page, "all but colours"), [], `${where}, in a narrow window`);
  await page.setViewportSize(wide);
}

const settled = (page: Page): Promise<unknown> =>
  page.evaluate(
    // Those that go with the scrolling never end.
    `Promise.all(document.getAnimations().filter(({ timeline }) => timeline === document.timeline)
      .map(({ finished }) => finished.catch(() => {})))`,
  );

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
\`\`\`

The mass is \\(m = 2.3\\) kg, and

$$
\\sum_{i=1}^{24} r_i
$$

\`\`\`mermaid
graph LR
  skull --> spine
\`\`\`

![a rib](https://example.org/rib.png)

A note[^1].

[^1]: At the foot.`;

test("axe finds nothing to mend before somebody is in", manyCases, async (t) => {
  const { open, app } = await serve(t, { users_filename: "nobody-yet.yaml" });
  const page = await open({ user: null, mayFail: /^401 \/login$/ });
  await page.getByText("There is no account here yet.").waitFor();
  await assertAccessibleAlways(page, "no account yet", page.getByText("There is no account here yet."));
  await page.getByLabel("User name").fill("ada");
  await page.getByLabel("Password").fill("not the password");
  await button(page, "Sign in").click();
  await page.getByRole("alert").waitFor();
  await assertAccessibleAlways(page, "a wrong password", page.getByRole("alert"));

  const secret = await (await app.host.get("auth")).setup?.secret();
  await page.goto(`${app.url}/#/setup/${secret}`);
  await page.getByLabel("User name").fill("eve");
  await page.getByLabel("Password").fill("short");
  await button(page, "Create the account").click();
  await page.getByRole("alert").waitFor();
  await assertAccessibleAlways(page, "setting up", page.getByRole("alert"));
  await page.getByLabel("Password").fill("long enough for anybody");
  await button(page, "Create the account").click();
  await composer(page).waitFor();

  const late = await open({ user: null, at: `#/setup/${secret}` });
  await late.getByRole("link", { name: "Go to sign in" }).waitFor();
  await assertAccessibleAlways(late, "the link was used", late.getByRole("link", { name: "Go to sign in" }));
});

test("axe finds nothing to mend in a conversation", manyCases, async (t) => {
  const { open, upstream } = await serve(t);
  upstream.script(answer(rich, { reasoning: "They ask about bones." }), refusal(500, "The furnace is out."), {
    steps: [{ tokens: ["One bone, two bones"] }, { stall: true }],
  });
  const page = await open({ mayFail: /^404 .*nobody-has-this/ });
  await composer(page).waitFor();
  await assertAccessibleAlways(page, "empty", composer(page));
  for (const what of ["Model", "Prompt"] as const) {
    await picker(page, what).click();
    await page.getByRole("listbox").waitFor();
    await assertAccessibleAlways(page, `choosing: ${what}`, page.getByRole("listbox"));
    await page.keyboard.press("Escape");
  }
  await button(page, "Generation settings").click();
  await page.getByLabel("Temperature").waitFor();
  await assertAccessibleAlways(page, "the settings", page.getByLabel("Temperature"));
  await button(page, "Generation settings").click();
  await composer(page).fill("/");
  await page.getByRole("listbox").waitFor();
  await assertAccessibleAlways(page, "the commands", page.getByRole("listbox"));
  await composer(page).fill("");

  await say(page, "What is in a body?");
  await answers(page).locator("figure").first().waitFor();
  await ended(page);
  await answers(page)
    .getByRole("button", { name: /^Thought/ })
    .click();
  await assertAccessibleAlways(page, "an answer", answers(page).locator("figure").first());
  await answers(page).hover();
  await answers(page).getByRole("button", { name: "Tokens and speed" }).click();
  await answers(page).getByRole("button", { name: "Answer with another model" }).click();
  await assertAccessibleAlways(page, "what can be done with an answer", page.getByRole("menu"));
  await page.keyboard.press("Escape");
  await questions(page).hover();
  await questions(page).getByRole("button", { name: "Edit" }).click();
  await assertAccessibleAlways(page, "editing", page.getByRole("textbox", { name: "Your message" }));
  await page.keyboard.press("Escape");

  await say(page, "And how many?");
  await answers(page).last().getByRole("alert").waitFor();
  await assertAccessibleAlways(page, "an answer that failed", answers(page).last().getByRole("alert"));
  await say(page, "Count them");
  await page.getByText("One bone, two bones").first().waitFor();
  await assertAccessibleAlways(page, "while an answer is given", button(page, "Stop (Esc)"));
  await button(page, "Stop (Esc)").click();
  await page.getByText("Stopped.").waitFor();
  await assertAccessibleAlways(page, "an answer that was stopped", page.getByText("Stopped."));

  await page.goto(page.url().replace(/#.*/, "#/t/nobody-has-this"));
  await page.getByText("This thread does not exist").waitFor();
  await assertAccessibleAlways(
    page,
    "a thread that is not there",
    page.getByText("This thread does not exist"),
  );
});

test("axe finds nothing to mend beside the conversation", manyCases, async (t) => {
  const { open, as, url } = await serve(t);
  // Each begins with threads that nothing was done with.
  for (const [user, size] of [
    ["ada", wide],
    ["bob", narrow],
  ] as const) {
    await t.test(`${size.width} wide`, async () => {
      await as(user).say({ content: "What is in a body?" });
      await as(user).say({ content: "How many ribs?" });
      const page = await open({
        user,
        viewport: size,
        mayFail: /^(?:401|net::ERR_INCOMPLETE_CHUNKED_ENCODING) \/api\/v1\//,
      });
      await composer(page).waitFor();
      const openThreads = async () => {
        if (await button(page, "Threads").isVisible()) await button(page, "Threads").click();
        await sidebar(page).waitFor();
      };

      await openThreads();
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
      await searchField(page).fill("no such thing");
      await page.getByText("Nothing found for").first().waitFor();
      await assertAccessible(page, "nothing found");

      await account(page).click();
      await page.getByRole("group", { name: "Theme" }).waitFor();
      await assertAccessible(page, "the account's menu");
      await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
      await page.getByLabel("Keyboard shortcuts", { exact: true }).waitFor();
      await assertAccessible(page, "the shortcuts");

      const [cookie] = await page.context().cookies();
      const headers = { authorization: `Bearer ${cookie?.value}` };
      await fetch(`${url}/logout`, { method: "POST", headers });
      await page.getByRole("heading", { name: "Your session has ended." }).waitFor();
      await assertAccessible(page, "a session that ended");
    });
  }
});
