/**
 * `node scripts/screenshots.ts` draws docs/screenshots/*.png anew: the real page, in front of the real server, with a
 * conversation that a scripted model gives. Build the page first.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { answer, type ScriptedReply } from "../src/testkit/scripted-reply.ts";
import { waitingFor } from "../test/support/approvals.ts";
import { launchChromium } from "../test/support/browser.ts";
import { passwordOf, startTestServer, type TestServer, threadOf } from "../test/support/test-server.ts";

const folder = fileURLToPath(new URL("../docs/screenshots/", import.meta.url));

const older = [
  "A soup for a cold evening",
  "Why is the sky dark at night?",
  "Rename files by their date",
  "A letter to the landlord",
];

const question = "My nightly backup takes four hours. Where do I look first?";

const reply = `Measure before you change anything: a slow backup waits for **reading**, for **the wire**, or for **writing**.

1. Look at the disk while it runs. If it is busy all the time, reading is what takes long.
2. Copy one large file to the target. That is what the wire and the far disk can do.
3. Count the files. Millions of small ones cost more than their size says.

| Step | Rate | Time for 400 GB |
| --- | ---: | ---: |
| Reading | 210 MB/s | 32 min |
| The wire | 110 MB/s | 61 min |
| Writing | 28 MB/s | 238 min |

With numbers like these the far disk is the narrow place, and nothing on this side helps. See it for yourself:

\`\`\`sh
dd if=/dev/zero of=/backup/probe bs=1M count=4096 oflag=direct status=progress
rm /backup/probe
\`\`\`

\`\`\`mermaid
graph LR
  disk[Disk] -->|210 MB/s| wire[Wire] -->|110 MB/s| target[Far disk, 28 MB/s]
\`\`\`

The whole takes as long as its slowest part, \\(t = \\frac{s}{\\min(r_1, r_2, r_3)}\\).

> A hope, not a backup: that is one nobody has restored. Try it once you are done.`;

const followUp = "And if it is the small files?";
const beginning =
  "Then pack them before they travel. `tar` reads them in the order in which they lie on the disk, and the wire sees one long stream instead of";

const toolQuestion = "Is the far disk still that slow, and what does last week say?";
const toolReply = `A little better: **31 MB/s** now, against 28 before. I could not look at last week, since its log is gone.`;
const toolCalls = [
  { index: 0, id: "call_1", name: "measure_disk", arguments: '{"path":"/backup","megabytes":4096}' },
  { index: 1, id: "call_2", name: "read_log", arguments: '{"file":"backup-2031-02-03.log"}' },
];
/** The file that the model has its tools from. */
const toolFile = `
/** Measures how fast a disk writes. */
export async function* measure_disk(path: string, megabytes: number) {
  yield \`writing \${megabytes} MB to \${path}\`;
  yield "waiting until it is on the disk";
  return { path, megabytes, rate: "31 MB/s" };
}
/** Reads a log. */
export function read_log(file: string) {
  throw new Error(\`there is no \${file}\`);
}
/** Plans a restore. */
export async function plan_restore({ ask }: ToolContext) {
  const properties = {
    folder: { type: "string", title: "Where to", description: "An empty folder with enough room" },
    when: { type: "string", title: "When", oneOf: [{ const: "now", title: "Now" }, { const: "night", title: "At night" }] },
    check: { type: "boolean", title: "Compare every file afterwards", default: true },
  };
  return ask?.({ message: "Where may the copy go?", form: { type: "object", properties, required: ["folder"] } });
}
`;

/** Turns that wait for their reader: one for a form of a tool, one for a plan to be looked at. */
const waitingQuestions = [
  { content: "Try the newest backup once, please." },
  {
    content: "How do I get it down to one hour?",
    plan_mode: JSON.stringify({ planner: "alpha-large", answerer: "beta-mini", review: true }),
  },
] as const;
const waitingReplies: readonly ScriptedReply[] = [
  {
    steps: [
      { toolCalls: [{ index: 0, id: "call_1", name: "plan_restore", arguments: "{}" }] },
      { finish: "tool_calls" },
      { done: true },
    ],
  },
  answer(
    "1. Measure the disk, the wire and the far side\n2. Pack small files before they travel\n3. Write to a faster disk",
  ),
];

/** By name: what a user keeps. */
const roles: readonly (readonly [string, string])[] = [
  [
    "Reviewer",
    "Name what is wrong, why it matters, and the smallest change that mends it.\n\nSay what is good, once.",
  ],
  [
    "Letters to offices",
    "Formal letters in plain words, one page at most, with one clear request at the end.",
  ],
];

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
