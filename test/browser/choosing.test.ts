import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { testBrowser, until } from "../support/browser.ts";
import { answersRead, button, chosen, composer, ended, pick, picker, say, sidebar } from "./parts.ts";

const serve = testBrowser();

const axe = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const many = ["apple-1", "banana-2", "cherry-3", "damson-4", "elder-5", "fig-6", "grape-7"];

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

test("a model is found by typing, chosen with the keyboard, and the focus comes back", async (t) => {
  const { open, upstream } = await serve(t, { models: { list_ttl_ms: 0 } });
  upstream.models(many);
  const page = await open();
  await picker(page, "Model").focus();
  await page.keyboard.press("Enter");
  await field(page).and(page.locator(":focus")).waitFor();
  assert.equal(await active(page), "apple-1");
  await page.keyboard.press("ArrowDown");
  assert.equal(await active(page), "banana-2");
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

test("models stand under their providers, the last used ones first", async (t) => {
  const { open, upstream } = await serve(t, { models: { list_ttl_ms: 0 } });
  upstream.models(many);
  const page = await open();
  await pick(page, "Model", "fig-6");
  await pick(page, "Model", "cherry-3");
  await page.reload();
  await picker(page, "Model").click();
  const group = (name: string) => list(page).getByRole("group", { name }).locator(".option-name");
  assert.deepEqual(await group("Last used").allTextContents(), ["cherry-3", "fig-6"]);
  const others = ["apple-1", "banana-2", "damson-4", "elder-5", "grape-7"];
  assert.deepEqual(await group("scripted").allTextContents(), others);
  await list(page).getByRole("option", { name: "cherry-3", selected: true }).waitFor();
  await composer(page).click();
  assert.equal(await list(page).count(), 0);
});

test("the list is asked for anew when a reader wants it, and a model that came is there", async (t) => {
  const { open, upstream } = await serve(t);
  const page = await open();
  await button(page, "Model: alpha-large").click();
  await page.getByRole("option", { name: "alpha-large" }).waitFor();
  upstream.models(["alpha-large", "beta-mini", "gamma-new"]);
  await button(page, "Look again").press("Enter");
  await page.getByRole("option", { name: "gamma-new" }).waitFor();
  assert.equal(await page.getByRole("option", { name: "alpha-large" }).getAttribute("aria-selected"), "true");
});

test("a provider that is down is named with the reason, and its models cannot be chosen", async (t) => {
  const { open, upstream, as } = await serve(t, { models: { list_ttl_ms: 0 } });
  await as("ada").say({ content: "Hello", model: "beta-mini" });
  await upstream.goAway();
  const page = await open();
  await page.getByRole("link", { name: "Hello" }).click();
  await page.getByRole("button", { name: /^Model: beta-mini\. It is not available now/ }).click();
  const down = list(page).getByRole("group", { name: "scripted It cannot be reached just now." });
  const gone = down.getByRole("option", { name: "alpha-large" });
  assert.equal(await gone.getAttribute("aria-disabled"), "true");
  await gone.click({ force: true });
  await list(page).waitFor();
  await list(page).getByRole("option", { name: "demo" }).click();
  await chosen(page, "Model", "demo");
});

test("prompts stand there with what they are for", async (t) => {
  const { open } = await serve(t);
  const page = await open();
  await picker(page, "Prompt").click();
  const option = page.getByRole("listbox", { name: "Prompt" }).getByRole("option", { name: /^zero/ });
  assert.match((await option.textContent()) ?? "", /No system prompt at all/);
  await option.click();
  await chosen(page, "Prompt", "zero");
});

test("what was chosen in mid-thread holds through a reload, before it has answered and after", async (t) => {
  const { open, upstream, as } = await serve(t);
  const page = await open();
  await say(page, "Hello");
  await ended(page);
  await pick(page, "Prompt", "zero");
  await page.reload();
  await chosen(page, "Prompt", "zero");
  await say(page, "Again");
  await answersRead(page, "This is a scripted answer.", "This is a scripted answer.");
  await ended(page);
  const sent = upstream.requests[1]?.body.messages as readonly { role: string }[];
  assert.equal(sent[0]?.role, "user", "no system prompt at all");
  assert.equal(await page.evaluate("JSON.stringify({ ...sessionStorage })"), "{}", "the server has it now");
  await page.reload();
  await chosen(page, "Prompt", "zero");
  const other = await open({ at: new URL(page.url()).hash });
  await chosen(other, "Prompt", "zero");
  const [thread] = await as("ada").get<{ system_prompt: string }[]>("/api/v1/threads");
  assert.equal(thread?.system_prompt, "zero");
});

test("what is chosen before its thread is loaded is the thread's", async (t) => {
  const { open, as } = await serve(t);
  const page = await open();
  await say(page, "Hello");
  await ended(page);
  const loading = Promise.withResolvers<void>();
  await page.route(/\/api\/v1\/threads\/[^/?]+$/, async (route) => {
    if (route.request().method() === "GET") await loading.promise;
    await route.continue();
  });
  await page.reload();
  await picker(page, "Model").click();
  await field(page).fill("beta");
  await page.keyboard.press("Enter");
  const kept = async () =>
    (await as("ada").get<{ model: string }[]>("/api/v1/threads")).some(({ model }) => model === "beta-mini");
  await until("the thread has it", kept);
  loading.resolve();
  await chosen(page, "Model", "beta-mini");
});

test("what was chosen for a chat that has not begun holds through a reload and a look elsewhere", async (t) => {
  const { open, as, upstream } = await serve(t);
  await as("ada").say({ content: "An older thread" });
  const page = await open();
  await pick(page, "Model", "beta-mini");
  await settings(page).click();
  await temperature(page).fill("0.3");
  await page.keyboard.press("Enter");
  const changed = page.getByRole("button", { name: "Generation settings, 1 changed" });
  await changed.waitFor();
  await page.reload();
  await changed.waitFor();
  await chosen(page, "Model", "beta-mini");
  await sidebar(page).getByRole("link", { name: "An older thread" }).click();
  await chosen(page, "Model", "alpha-large");
  await page.goBack();
  await changed.waitFor();
  await say(page, "Hello");
  await ended(page);
  const { model, temperature: warmth } = upstream.requests.at(-1)?.body ?? {};
  assert.deepEqual([model, warmth], ["beta-mini", 0.3]);
  await page.keyboard.press("ControlOrMeta+Shift+o");
  await page.getByRole("button", { name: "Generation settings", exact: true }).waitFor();
});

test("settings go with a new chat, stay with its thread, are followed elsewhere, and only what was changed is sent", async (t) => {
  const { open, upstream } = await serve(t);
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
  const page = await open();
  await settings(page).click();
  await temperature(page).fill("0.3");
  await page.getByRole("radio", { name: "Low" }).check();
  await page.getByRole("button", { name: "Generation settings, 2 changed" }).waitFor();
  await say(page, "Hello");
  await ended(page);
  assert.deepEqual(sent(), { ...none, temperature: 0.3, reasoning_effort: "low" });

  const other = await open({ at: new URL(page.url()).hash });
  await settings(other).click();
  assert.equal(await temperature(other).inputValue(), "0.3");
  await page.getByRole("button", { name: "Generation settings, 2 changed" }).click();
  await temperature(page).fill("");
  await page.getByRole("spinbutton", { name: "Max tokens" }).fill("77");
  await page.keyboard.press("Enter");
  await until("the other window has it", async () => (await temperature(other).inputValue()) === "");
  await other.getByRole("spinbutton", { name: "Top-p" }).fill("0.5");
  // Leaving the field keeps it, and what is said right after that is answered with it.
  await say(other, "Again");
  await answersRead(other, "This is a scripted answer.", "This is a scripted answer.");
  await ended(other);
  assert.deepEqual(sent(), { ...none, max_tokens: 77, top_p: 0.5, reasoning_effort: "low" });

  await page.getByRole("button", { name: "Generation settings, 3 changed" }).waitFor();
  await button(page, "Reset to defaults").click();
  await other.getByRole("button", { name: "Generation settings", exact: true }).waitFor();
  await say(page, "And again");
  await until("it is answered", () => upstream.requests.length === 3);
  await ended(page);
  assert.deepEqual(sent(), none);
});

test("a setting that cannot be is told so and not kept; Esc shuts the panel and stops nothing", async (t) => {
  const { open, upstream } = await serve(t);
  upstream.script({ steps: [{ tokens: ["One bone"] }, { stall: true }] });
  const page = await open();
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
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`on a phone lists and settings stand within the width, and no keyboard slides up unasked: ${colorScheme}`, async (t) => {
    const { open, upstream } = await serve(t, { models: { list_ttl_ms: 0 } });
    upstream.models([...many, `a-name-that-is-very-long-${"x".repeat(60)}`]);
    const page = await open({ ...phone, colorScheme, script: axe });
    const assertFits = async () => {
      assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390);
      const small =
        await page.evaluate(`[...document.querySelectorAll(".choosing :is(button, input, .option)")]
      .filter((part) => part.checkVisibility() && (part.closest("label") ?? part).getBoundingClientRect().height < 43.9)
      .map((part) => part.outerHTML.slice(0, 120))`);
      assert.deepEqual(small, []);
      const { violations } = (await page.evaluate("axe.run()")) as { violations: { id: string }[] };
      assert.deepEqual(violations, []);
    };
    await picker(page, "Model").tap();
    await list(page).waitFor();
    assert.equal(await page.locator("input:focus").count(), 0);
    await assertFits();
    await list(page).getByRole("option", { name: "a-name" }).tap();
    await page.getByRole("button", { name: /^Model: a-name/ }).waitFor();
    await settings(page).tap();
    await temperature(page).waitFor();
    await assertFits();
    await composer(page).fill("/");
    await page.getByRole("listbox", { name: "Commands" }).waitFor();
    await assertFits();
  });
}
