import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { axeFaults } from "../support/axe.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import {
  answersRead,
  button,
  chosen,
  composer,
  ended,
  newChat,
  pick,
  picker,
  row,
  say,
  sidebar,
} from "./parts.ts";

const serve = testBrowser();

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const atFirst = ["alpha-large", "beta-mini"];
const veryLong = `a-name-that-is-very-long-${"x".repeat(60)}`;
const came = ["apple-1", "banana-2", "cherry-3", "damson-4", "elder-5", "fig-6", "grape-7", veryLong];

const field = (page: Page) => page.getByRole("combobox", { name: "Model" });
const list = (page: Page) => page.getByRole("listbox", { name: "Model" });
const names = (page: Page) => list(page).locator(".option-name").allTextContents();
const settings = (page: Page) => page.getByRole("button", { name: /^Generation settings/ });
const temperature = (page: Page) => page.getByRole("spinbutton", { name: "Temperature" });

/** What the field says stands under the keyboard. */
const active = async (page: Page) => {
  const id = await field(page).getAttribute("aria-activedescendant");
  return page.locator(`[id="${id}"] .option-name`).textContent();
};

test("model, prompt and settings", manyCases, async (t) => {
  const { open, upstream, as } = await serve(t);
  await as("ada").say({ content: "An older thread" });
  const page = await open();
  const answerText = "This is a scripted answer.";
  const threadId = () => new URL(page.url()).hash.slice("#/t/".length);

  await t.test(
    "the list is asked for anew when a reader wants it, and a model that came is there",
    async () => {
      await button(page, "Model: alpha-large").click();
      await page.getByRole("option", { name: "alpha-large" }).waitFor();
      upstream.models([...atFirst, ...came]);
      await button(page, "Look again").press("Enter");
      await page.getByRole("option", { name: "grape-7" }).waitFor();
      const first = page.getByRole("option", { name: "alpha-large" });
      assert.equal(await first.getAttribute("aria-selected"), "true");
      await field(page).press("Escape");
      assert.equal(await list(page).count(), 0);
    },
  );

  await t.test("a model is found by typing, chosen with the keyboard, and the focus comes back", async () => {
    await picker(page, "Model").focus();
    await page.keyboard.press("Enter");
    await field(page).and(page.locator(":focus")).waitFor();
    assert.equal(await active(page), "alpha-large");
    await page.keyboard.press("ArrowDown");
    assert.equal(await active(page), "beta-mini");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    assert.equal(await active(page), "demo");
    await page.keyboard.type("scripted AP"); // its provider, and a part of two names
    assert.deepEqual(await names(page), ["apple-1", "grape-7"]);
    await page.getByRole("status").filter({ hasText: "2 found" }).waitFor({ state: "attached" });
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await chosen(page, "Model", "grape-7");
    await page.locator(".picker:focus").waitFor();
    assert.equal(await list(page).count(), 0);

    await page.keyboard.press("Enter");
    await list(page).waitFor();
    await field(page).fill("no such");
    await page.getByText("Nothing fits.").waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    assert.equal(await list(page).count(), 0);
    await chosen(page, "Model", "grape-7");
  });

  await t.test(
    "what was chosen for a chat that has not begun holds through a reload and a look elsewhere",
    async () => {
      await pick(page, "Model", "fig-6");
      await pick(page, "Model", "cherry-3");
      await settings(page).click();
      await temperature(page).fill("0.3");
      await page.keyboard.press("Enter");
      const changed = page.getByRole("button", { name: "Generation settings, 1 changed" });
      await changed.waitFor();
      await page.reload();
      await changed.waitFor();
      await chosen(page, "Model", "cherry-3");
      await sidebar(page).getByRole("link", { name: "An older thread" }).click();
      await chosen(page, "Model", "alpha-large");
      await page.goBack();
      await changed.waitFor();
      await say(page, "Hello");
      await ended(page);
      const { model, temperature: warmth } = upstream.requests.at(-1)?.body ?? {};
      assert.deepEqual([model, warmth], ["cherry-3", 0.3]);
      await page.keyboard.press("ControlOrMeta+Shift+o");
      await page.getByRole("button", { name: "Generation settings", exact: true }).waitFor();
    },
  );

  await t.test(
    "models stand under their providers, the last used ones first, also those from before the reload",
    async () => {
      await picker(page, "Model").click();
      const group = (name: string) => list(page).getByRole("group", { name }).locator(".option-name");
      const used = ["cherry-3", "fig-6", "grape-7"];
      assert.deepEqual(await group("Last used").allTextContents(), used);
      const others = [...atFirst, ...came].filter((name) => !used.includes(name));
      assert.deepEqual(await group("scripted").allTextContents(), others);
      await list(page).getByRole("option", { name: "cherry-3", selected: true }).waitFor();
      await composer(page).click();
      assert.equal(await list(page).count(), 0);
    },
  );

  await t.test("prompts stand there with what they are for", async () => {
    await picker(page, "Prompt").click();
    const option = page.getByRole("listbox", { name: "Prompt" }).getByRole("option", { name: /^zero/ });
    assert.match((await option.textContent()) ?? "", /No system prompt at all/);
    await option.click();
    await chosen(page, "Prompt", "zero");
    await pick(page, "Prompt", "default");
  });

  await t.test(
    "what was chosen in mid-thread holds through a reload before it has answered, and then for every window",
    async () => {
      await newChat(page);
      await say(page, "Hello");
      await ended(page);
      await pick(page, "Prompt", "zero");
      await page.reload();
      await chosen(page, "Prompt", "zero");
      await say(page, "Again");
      await answersRead(page, answerText, answerText);
      await ended(page);
      const sent = upstream.requests.at(-1)?.body.messages as readonly { role: string }[];
      assert.equal(sent[0]?.role, "user", "no system prompt at all");
      const kept = await page.evaluate("JSON.stringify({ ...sessionStorage })");
      assert.equal(kept, "{}", "the server has it now");
    },
  );
  // A window that has seen nothing of it; later it follows the settings of another thread.
  const other = await open({ at: new URL(page.url()).hash });
  await chosen(other, "Prompt", "zero");
  type Kept = { id: string; model: string; system_prompt: string };
  const kept = async () =>
    (await as("ada").get<Kept[]>("/api/v1/threads")).find(({ id }) => id === threadId());
  assert.equal((await kept())?.system_prompt, "zero");

  await t.test("what is chosen before its thread is loaded is the thread's", async () => {
    const loading = Promise.withResolvers<void>();
    const aThread = /\/api\/v1\/threads\/[^/?]+$/;
    await page.route(aThread, async (route) => {
      if (route.request().method() === "GET") await loading.promise;
      await route.continue();
    });
    await page.reload();
    await picker(page, "Model").click();
    await field(page).fill("beta");
    await page.keyboard.press("Enter");
    await until("the thread has it", async () => (await kept())?.model === "beta-mini");
    loading.resolve();
    await chosen(page, "Model", "beta-mini");
    await chosen(page, "Prompt", "zero"); // as before this reload, which came after the answer
    await page.unroute(aThread);
  });

  await t.test(
    "settings go with a new chat, stay with its thread, are followed elsewhere, and only what was changed is sent",
    async () => {
      const before = upstream.requests.length;
      const sent = () => {
        const { temperature, top_p, max_tokens, reasoning_effort } = upstream.requests.at(-1)?.body ?? {};
        return { temperature, top_p, max_tokens, reasoning_effort };
      };
      const none = {
        temperature: undefined,
        top_p: undefined,
        max_tokens: undefined,
        reasoning_effort: undefined,
      };
      await newChat(page);
      await settings(page).click();
      await temperature(page).fill("0.3");
      await page.getByRole("radio", { name: "Low" }).check();
      await page.getByRole("button", { name: "Generation settings, 2 changed" }).waitFor();
      await say(page, "Hello");
      await ended(page);
      assert.deepEqual(sent(), { ...none, temperature: 0.3, reasoning_effort: "low" });

      await other.goto(page.url());
      await other.getByRole("button", { name: "Generation settings, 2 changed" }).click();
      assert.equal(await temperature(other).inputValue(), "0.3");
      await page.getByRole("button", { name: "Generation settings, 2 changed" }).click();
      await temperature(page).fill("");
      await page.getByRole("spinbutton", { name: "Max tokens" }).fill("77");
      await page.keyboard.press("Enter");
      const most = other.getByRole("spinbutton", { name: "Max tokens" });
      await until("the other window has both", async () => {
        return (await temperature(other).inputValue()) === "" && (await most.inputValue()) === "77";
      });
      await other.getByRole("spinbutton", { name: "Top-p" }).fill("0.5");
      // Leaving the field keeps it, and what is said right after that is answered with it.
      await say(other, "Again");
      await answersRead(other, answerText, answerText);
      await ended(other);
      assert.deepEqual(sent(), { ...none, max_tokens: 77, top_p: 0.5, reasoning_effort: "low" });

      await page.getByRole("button", { name: "Generation settings, 3 changed" }).waitFor();
      await button(page, "Reset to defaults").click();
      await other.getByRole("button", { name: "Generation settings", exact: true }).waitFor();
      await say(page, "And again");
      await until("it is answered", () => upstream.requests.length === before + 3);
      await ended(page);
      assert.deepEqual(sent(), none);
    },
  );

  await t.test(
    "a setting that cannot be is told so and not kept; Esc shuts the panel and stops nothing",
    async () => {
      upstream.script({ steps: [{ tokens: ["One bone"] }, { stall: true }] });
      await newChat(page);
      await say(page, "Count them");
      await answersRead(page, "One bone");
      await settings(page).click();
      await temperature(page).fill("9");
      await page.keyboard.press("Enter");
      assert.equal(await temperature(page).getAttribute("aria-invalid"), "true");
      await page.getByRole("button", { name: "Generation settings", exact: true }).waitFor();
      await page.keyboard.press("Escape");
      assert.equal(await temperature(page).count(), 0);
      await button(page, "Stop (Esc)").click();
      await ended(page);
    },
  );

  await t.test(
    "on a phone lists and settings stand within the width, in light and dark, and no keyboard slides up unasked",
    async () => {
      const small = await open(phone);
      const assertFits = async () => {
        assert.equal(await small.evaluate("document.documentElement.scrollWidth"), 390);
        const tiny =
          await small.evaluate(`[...document.querySelectorAll(".choosing :is(button, input, .option)")]
      .filter((part) => part.checkVisibility() && (part.closest("label") ?? part).getBoundingClientRect().height < 43.9)
      .map((part) => part.outerHTML.slice(0, 120))`);
        assert.deepEqual(tiny, []);
        for (const colorScheme of ["dark", "light"] as const) {
          await small.emulateMedia({ colorScheme });
          assert.deepEqual(await axeFaults(small), [], colorScheme);
        }
      };
      await picker(small, "Model").tap();
      await list(small).waitFor();
      assert.equal(await small.locator("input:focus").count(), 0);
      await assertFits();
      await list(small).getByRole("option", { name: "a-name" }).tap();
      await small.getByRole("button", { name: /^Model: a-name/ }).waitFor();
      await settings(small).tap();
      await temperature(small).waitFor();
      await assertFits();
      await composer(small).fill("/");
      await small.getByRole("listbox", { name: "Commands" }).waitFor();
      await assertFits();
    },
  );

  await t.test(
    "a provider that is down is named with the reason, and its models cannot be chosen",
    async () => {
      upstream.script(answer("Yellow."));
      await as("ada").say({ content: "What colour?", model: "banana-2" });
      await upstream.goAway();
      await row(page, "What colour?").getByRole("link").click();
      await button(page, "Model: banana-2").click();
      await button(page, "Look again").press("Enter");
      await page.getByRole("button", { name: /^Model: banana-2\. It is not available now/ }).waitFor();
      const down = list(page).getByRole("group", { name: "scripted It cannot be reached just now." });
      const gone = down.getByRole("option", { name: "alpha-large" });
      assert.equal(await gone.getAttribute("aria-disabled"), "true");
      await gone.click({ force: true });
      await list(page).waitFor();
      await list(page).getByRole("option", { name: "demo" }).click();
      await chosen(page, "Model", "demo");
    },
  );
});
