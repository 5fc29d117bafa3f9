/**
 * `node scripts/screenshots.ts` draws docs/screenshots/*.png anew: the real page, in front of the real server, with a
 * conversation that a scripted model gives. Build the page first.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { answer } from "../src/testkit/scripted-reply.ts";
import { waitingFor } from "../test/support/approvals.ts";
import { launchChromium } from "../test/support/browser.ts";
import { passwordOf, startTestServer, type TestServer, threadOf } from "../test/support/test-server.ts";
import {
  beginning,
  followUp,
  older,
  question,
  reply,
  roles,
  toolCalls,
  toolFile,
  toolQuestion,
  toolReply,
  waitingQuestions,
  waitingReplies,
} from "./screenshots-story.ts";

const folder = fileURLToPath(new URL("../docs/screenshots/", import.meta.url));

type View = { readonly name: string; readonly options: BrowserContextOptions };

const wide = { width: 1280, height: 832 };
const narrow = { width: 390, height: 844 };
const touch = { hasTouch: true, isMobile: true, viewport: narrow };

const views: readonly View[] = [
  { name: "light", options: { viewport: wide, colorScheme: "light" } },
  { name: "dark", options: { viewport: wide, colorScheme: "dark" } },
  { name: "narrow-light", options: { ...touch, colorScheme: "light" } },
  { name: "narrow-dark", options: { ...touch, colorScheme: "dark" } },
];

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const plugins = mkdtempSync(join(tmpdir(), "skeleton-plugins-"));
  mkdirSync(join(plugins, "tools"));
  writeFileSync(join(plugins, "tools", "disk.ts"), toolFile);
  const server = await startTestServer({ plugins_path: plugins });
  const browser = await launchChromium();
  try {
    server.upstream.script(
      ...older.map(() => answer("Gladly.")),
      answer(reply, {
        reasoning: "Four hours is long for most homes. They need a way to find the narrow place.",
      }),
      { steps: [{ toolCalls }, { finish: "tool_calls" }, { done: true }] },
      answer(toolReply),
      ...waitingReplies,
      { steps: [{ tokens: [beginning] }, { stall: true }] },
    );
    for (const content of older) await server.as("ada").say({ content });
    for (const [name, instructions] of roles)
      await server.as("ada")("/api/v1/roles", { method: "POST", json: { name, instructions } });
    const shared = {
      name: "House style",
      instructions: "Short sentences, no exclamation marks.",
      shared: true,
    };
    await server.as("ada")("/api/v1/roles", { method: "POST", json: shared });
    const first = await signedIn(browser, server, { viewport: wide });
    await first.getByRole("textbox", { name: "Message" }).fill(question);
    await first.keyboard.press("Enter");
    await first.getByRole("figure").first().waitFor();
    await first.getByRole("button", { name: "Send (Enter)" }).waitFor();
    const thread = new URL(first.url()).hash;
    const tools = `#/t/${threadOf(await server.as("ada").say({ content: toolQuestion }))}`;
    const form = await begin(server, waitingQuestions[0]);
    await waitingFor(server.as("ada"));
    const plan = await begin(server, waitingQuestions[1]);
    for (const view of views) {
      await drawTools(browser, server, view, tools);
      await drawWaiting(browser, server, view, { form, plan });
      await draw(browser, server, view, thread);
    }
    await drawStreaming(browser, server, thread);
  } finally {
    await browser.close();
    await server.close();
    rmSync(plugins, { recursive: true });
  }
}

/** A tool that worked, opened, and one that did not. */
async function drawTools(browser: Browser, server: TestServer, { name, options }: View, thread: string) {
  const page = await signedIn(browser, server, options);
  await page.goto(`${server.url}/${thread}`);
  await page.getByRole("button", { name: /^measure_disk/ }).click();
  await page.getByRole("button", { name: /^read_log/ }).click();
  await page.locator(".markdown strong").waitFor();
  await page.evaluate("document.activeElement.blur()");
  await keep(page, `tools-${name}`);
  await page.context().close();
}

/** Begins a turn that waits. @returns the address of its thread. */
async function begin(server: TestServer, form: Record<string, string>): Promise<string> {
  const headers = { accept: "application/json" };
  const response = await server.as("ada")("/api/v1/message", { method: "POST", form, headers });
  return `#/t/${((await response.json()) as { thread_id: string }).thread_id}`;
}

/** What waits for its reader. */
async function drawWaiting(
  browser: Browser,
  server: TestServer,
  { name, options }: View,
  threads: Readonly<Record<"form" | "plan", string>>,
) {
  for (const [what, thread] of Object.entries(threads)) {
    const page = await signedIn(browser, server, options);
    await page.goto(`${server.url}/${thread}`);
    await page.locator(".consent").waitFor();
    await page.evaluate("document.activeElement.blur()");
    await keep(page, `${what}-${name}`);
    await page.context().close();
  }
}

/** Everything that stands still, in one of the ways it can be looked at. */
async function draw(browser: Browser, server: TestServer, { name, options }: View, thread: string) {
  const stranger = await browser.newPage({ reducedMotion: "reduce", ...options });
  await stranger.goto(server.url);
  await stranger.getByRole("button", { name: "Sign in" }).waitFor();
  await keep(stranger, `sign-in-${name}`);
  await stranger.close();

  const page = await signedIn(browser, server, options);
  await page.getByRole("heading", { name: "What is on your mind?" }).waitFor();
  await keep(page, `empty-${name}`);
  await page.goto(`${server.url}/${thread}`);
  await page.getByRole("figure").first().waitFor();
  await page.locator(".messages").getByText("A hope, not a backup").scrollIntoViewIfNeeded();
  await page.getByRole("img", { name: /^Diagram/ }).waitFor();
  await page.waitForTimeout(300); // the colours of the code
  await keep(page, `conversation-end-${name}`);
  await page.evaluate("document.querySelector('.scroller').scrollTo(0, 0)");
  await page.locator(".messages").getByText(question).waitFor();
  await page.waitForTimeout(200);
  await keep(page, `conversation-${name}`);

  await page.getByRole("button", { name: /^Model/ }).click();
  await page.getByRole("listbox").waitFor();
  await keep(page, `models-${name}`);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Prompt/ }).click();
  await page.getByRole("listbox").waitFor();
  await keep(page, `roles-${name}`);
  await page.getByRole("button", { name: "Manage roles" }).click();
  await page.getByRole("button", { name: "Edit “Reviewer”" }).click();
  await page.getByRole("textbox", { name: "Instructions" }).waitFor();
  await keep(page, `role-${name}`);
  for (let step = 0; step < 3; step += 1) await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Generation settings" }).click();
  await page.getByLabel("Temperature").waitFor();
  await keep(page, `settings-${name}`);
  await page.getByRole("button", { name: "Generation settings" }).click();

  await openThreads(page);
  await page.evaluate("document.activeElement.blur()");
  if (name.startsWith("narrow")) await keep(page, `threads-${name}`);
  await page.getByRole("searchbox").fill("backup");
  await page.locator(".sidebar mark").first().waitFor();
  await keep(page, `search-${name}`);
  await page.getByRole("searchbox").fill("");
  await page.getByRole("button", { name: "Account of ada" }).click();
  await page.getByRole("group", { name: "Theme" }).waitFor();
  await keep(page, `account-${name}`);
  await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await page.getByLabel("Keyboard shortcuts", { exact: true }).waitFor();
  await keep(page, `shortcuts-${name}`);
  await page.context().close();
}

async function openThreads(page: Page): Promise<void> {
  const drawer = page.getByRole("button", { name: "Threads" });
  if (await drawer.isVisible()) await drawer.click();
  await page.getByRole("searchbox").waitFor();
}

/** An answer that is being given. */
async function drawStreaming(browser: Browser, server: TestServer, thread: string) {
  const page = await signedIn(browser, server, { viewport: wide });
  await page.goto(`${server.url}/${thread}`);
  await page.getByRole("textbox", { name: "Message" }).fill(followUp);
  await page.keyboard.press("Enter");
  await page.getByText("Then pack them before they travel.").first().waitFor();
  await page.locator(".code-type").first().waitFor(); // the colours of the code
  await page.getByRole("img", { name: /^Diagram/ }).waitFor();
  await page.getByRole("textbox", { name: "Message" }).fill("It is a mail server, so");
  await keep(page, "streaming-light");
}

async function signedIn(browser: Browser, server: TestServer, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const data = { username: "ada", password: passwordOf("ada") };
  await context.request.post(`${server.url}/login`, { data });
  const page = await context.newPage();
  await page.goto(server.url);
  return page;
}

async function keep(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${folder}${name}.png` });
  console.log(`docs/screenshots/${name}.png`);
}

await main();
