import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { answers, answersRead, button, ended, newChat, questions, say } from "./parts.ts";

const serve = testBrowser();

/** A processor that calls tools, in a folder of plugins of its own. The second call waits until it is stopped. */
const toolCaller = `
export default { role: "message_processor", name: "tool-caller", priority: 10, create: (host) => ({
  async *processMessage(turn, signal) {
    const timestamp = "2026-02-03T04:05:06.000Z";
    const later = "2026-02-03T04:05:09.000Z";
    const data = { model: turn.model };
    yield [{ event: "context", data: { left_out: 3, timestamp } }];
    yield [{ event: "thinking_tokens", data: { ...data, content: "I should look.", timestamp } }];
    yield [{ event: "tool_call", data: { call_id: "a", name: "search_web", arguments: '{"limit":3,"query":"bones of the <b>hand</b>"}', timestamp: later } }];
    yield [{ event: "tool_update", data: { call_id: "a", content: "Asking two engines", timestamp: later } }];
    yield [{ event: "tool_result", data: { call_id: "a", content: "27 <script>alert(1)</script> bones", timestamp: "2026-02-03T04:05:11.000Z" } }];
    yield [{ event: "message_tokens", data: { ...data, content: "There are 27.", timestamp: later } }];
    yield [{ event: "tool_call", data: { call_id: "b", name: "count", arguments: "{}", timestamp: later } }];
    yield [{ event: "tool_update", data: { call_id: "b", content: "Counting to 27", timestamp: later } }];
    if (turn.message.content === "wait") await new Promise((resolve) => signal.addEventListener("abort", resolve));
    yield [{ event: "tool_result", data: { call_id: "b", content: "lost count", failed: true, timestamp: later } }];
    yield [{ event: "tool_update", data: { call_id: "", content: "A hook has looked it over", timestamp: later } }];
  },
}) };
`;

async function withTools(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-tools-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "core"));
  writeFileSync(join(folder, "core", "tool-caller.ts"), toolCaller);
  return serve(t, { plugins_path: folder });
}

const tool = (page: Page, name: RegExp) => answers(page).getByRole("button", { name });

/** Waits until these elements read so: what dresses them may come after they do. */
async function reads(elements: Locator, texts: readonly string[]): Promise<void> {
  let told: readonly string[] = [];
  await until(
    () => `they read ${JSON.stringify(texts)}, not ${JSON.stringify(told)}`,
    async () => {
      told = await elements.allInnerTexts();
      return JSON.stringify(told) === JSON.stringify(texts);
    },
  );
}

test("a tool call is one line that opens to what went in and what came out, while it runs and later", async (t) => {
  const { open } = await withTools(t);
  const page = await open();
  await say(page, "wait");
  await tool(page, /^count Counting to 27$/).waitFor();
  await button(page, "Stop (Esc)").click();
  await page.getByText("Stopped.").waitFor();
  await say(page, "How many?");
  await answers(page).nth(1).getByText("A hook has looked it over").waitFor();
  await ended(page);

  for (const reloaded of [false, true]) {
    if (reloaded) await page.reload();
    const last = answers(page).last();
    const line = last.getByRole("button", { name: /^search_web/ });
    await line.waitFor();
    assert.equal(await line.getAttribute("aria-expanded"), "false");
    await reads(line, ["search_web\nbones of the <b>hand</b>\ndone, 2 s"]);
    await last.getByRole("button", { name: "Thought for 3 s" }).waitFor();
    await reads(last.getByRole("button", { name: /^count/ }), ["count\nfailed, 1 s"]);
    await last.getByText("The 3 oldest messages were left out").waitFor();
    await line.press("Enter");
    await reads(last.locator(".tool-details dd"), [
      '{\n  "limit": 3,\n  "query": "bones of the <b>hand</b>"\n}',
      "Asking two engines",
      "27 <script>alert(1)</script> bones",
    ]);
    const parts = await last.locator(".thinking, .tool-call, .markdown, .tool-line").allInnerTexts();
    assert.deepEqual(
      parts.map((text) => text.split("\n")[0]),
      ["Thought for 3 s", "search_web", "There are 27.", "count", "A hook has looked it over"],
    );
  }
});

/** A tool as somebody drops it into the folder. It counts on when the test says so. */
const counter = `/** Counts the sheep of a field. */
export async function* count_sheep(field: string) {
  yield \`walking to the \${field} field\`;
  await globalThis.sheepCounted;
  if (field === "north") throw new Error("the gate is locked");
  yield "counting";
  return { field, sheep: 27 };
}
`;

test("messages", manyCases, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-tools-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "tools"));
  writeFileSync(join(folder, "tools", "sheep.ts"), counter);
  const { open, upstream, url } = await serve(t, { plugins_path: folder });
  const page = await open({ permissions: ["clipboard-read", "clipboard-write"] });

  await t.test(
    "a tool file shows its name, argument, progress and result, by keyboard and after a reload",
    async () => {
      await newChat(page);
      const counted = Promise.withResolvers<void>();
      Object.assign(globalThis, { sheepCounted: counted.promise });
      const call = (field: string) => {
        const called = {
          index: 0,
          id: `call_${field}`,
          name: "count_sheep",
          arguments: JSON.stringify({ field }),
        };
        return { steps: [{ toolCalls: [called] }, { finish: "tool_calls" }, { done: true }] } as const;
      };
      upstream.script(call("south"), answer("27 sheep."), call("north"), answer("I cannot get in."));
      await say(page, "How many sheep?");
      const running = tool(page, /^count_sheep south walking to the south field$/);
      await running.waitFor();
      await running.focus();
      await page.keyboard.press("Enter");
      await page.getByText("Progress").waitFor();
      counted.resolve();
      await ended(page);
      await say(page, "And in the north?");
      await answers(page).nth(1).getByText("I cannot get in.").waitFor();
      await ended(page);

      const cardReads = (at: number, texts: readonly string[]) =>
        reads(answers(page).nth(at).locator(".tool-details dd"), texts);
      for (const reloaded of [false, true]) {
        if (reloaded) await page.reload();
        const card = (at: number, name: RegExp) => answers(page).nth(at).getByRole("button", { name });
        const south = card(0, /^count_sheep south done, \S+ s$/);
        await south.and(page.locator(`[aria-expanded=${!reloaded}]`)).waitFor();
        if (reloaded) await south.press("Enter");
        await card(1, /^count_sheep north failed, \S+ s$/).press("Enter");
        await cardReads(0, [
          '{\n  "field": "south"\n}',
          "walking to the south field\ncounting",
          '{\n  "field": "south",\n  "sheep": 27\n}',
        ]);
        await cardReads(1, [
          '{\n  "field": "north"\n}',
          "walking to the north field",
          "Error executing tool count_sheep: the gate is locked",
        ]);
      }
    },
  );

  await t.test("an answer that was stopped goes on where it broke off, as one answer", async () => {
    await newChat(page);
    const before = upstream.requests.length;
    upstream.script({ steps: [{ tokens: ["One bone, "] }, { stall: true }] }, answer("two bones."));
    await say(page, "Count them");
    await answersRead(page, "One bone,");
    await button(page, "Stop (Esc)").click();
    await button(page, "Continue").click();
    await answersRead(page, "One bone, two bones.");
    await ended(page);
    assert.equal(await answers(page).count(), 1);
    assert.equal(await page.getByText("Stopped.").count(), 0);
    const sent = upstream.requests[before + 1]?.body.messages as readonly { role: string; content: string }[];
    assert.deepEqual(sent.at(-2), { role: "assistant", content: "One bone, " });
    await page.reload();
    await answersRead(page, "One bone, two bones.");
  });

  await t.test(
    "an answer that was stopped, or cut off by a server's death, before its first word says so, and can be asked for again",
    async () => {
      await newChat(page);
      const before = upstream.requests.length;
      upstream.script({ stall: true }, answer("Here it is."));
      await say(page, "Well?");
      await until("the model was asked", () => upstream.requests.length === before + 1); // else the next one gets its silence
      await button(page, "Stop (Esc)").click();
      await page.getByText("Stopped.").waitFor();
      // As a server tells it that was killed and has come back (src/turns/recover.test.ts).
      let cutBy: string | undefined;
      await page.route(/\/api\/v1\/threads\/[^/?]+$/, async (route) => {
        const response = await route.fetch();
        const thread = (await response.json()) as { last_turn: object };
        await route.fulfill({
          response,
          json: { ...thread, last_turn: { ...thread.last_turn, ...(cutBy && { cut_by: cutBy }) } },
        });
      });
      await page.reload();
      await page.getByText("Stopped.").waitFor();
      await button(page, "Try again").waitFor();
      cutBy = "server";
      await page.reload();
      await page.getByText("Cut off before the first word.").waitFor();
      await button(page, "Try again").waitFor();
      cutBy = "crashes";
      await page.reload();
      await page.getByText("The server stopped again and again while this was answered").waitFor();
      assert.equal(await page.getByText("Stopped.").count(), 0);
      await page.unrouteAll({ behavior: "wait" });
      await button(page, "Try again").click();
      await answersRead(page, "Here it is.");
    },
  );

  await t.test(
    "another model answers beside the first, chosen by the keyboard, and arrows switch between them",
    async () => {
      await newChat(page);
      const before = upstream.requests.length;
      upstream.script(answer("First."), answer("Second."));
      await say(page, "Say something");
      await answersRead(page, "First.");
      await ended(page);
      const other = button(page, "Answer with another model");
      await other.press("Enter");
      await page.getByRole("menuitem").first().and(page.locator(":focus")).waitFor();
      await page.keyboard.press("Escape");
      await other.and(page.locator(":focus")).waitFor();
      assert.equal(await page.getByRole("menu").count(), 0);
      await other.press("Enter");
      const wanted = page.getByRole("menuitem", { name: "beta-mini" });
      for (let step = 0; step < 5 && !(await wanted.and(page.locator(":focus")).count()); step += 1) {
        await page.keyboard.press("ArrowDown");
      }
      await page.keyboard.press("Enter");
      await answersRead(page, "Second.");
      await ended(page);
      assert.equal(upstream.requests[before + 1]?.body.model, "beta-mini");
      assert.equal(await answers(page).locator(".answer-model").textContent(), "beta-mini");

      await button(page, "Earlier version").focus();
      await page.keyboard.press("ArrowLeft");
      await answersRead(page, "First.");
      await page
        .getByRole("group", { name: "Versions" })
        .getByRole("button")
        .and(page.locator(":focus"))
        .waitFor();
      await page.keyboard.press("ArrowRight");
      await answersRead(page, "Second.");
    },
  );

  await t.test(
    "an answer is copied as Markdown, as text, and by its address; its figures are told when asked",
    async () => {
      await newChat(page);
      const text =
        "# Hand\\n\\nHas **27** bones:\\n\\n1. eight\\n2. five\\n\\n| a | b |\\n| - | - |\\n| 1 | 2 |".replaceAll(
          "\\n",
          "\n",
        );
      const { steps = [] } = answer(text, { reasoning: "Hands, then." });
      const usage = { prompt_tokens: 7, completion_tokens: 5, cost: 0.0012345 };
      upstream.script({ steps: [...steps.slice(0, -1), { event: { choices: [], usage } }, { done: true }] });
      const copied = () => page.evaluate("navigator.clipboard.readText()") as Promise<string>;
      await say(page, "What is in a hand?");
      await answers(page).getByRole("cell", { name: "2", exact: true }).waitFor();
      await ended(page);

      await button(page, "Copy as Markdown").click();
      await button(page, "Copied").waitFor();
      assert.equal(await copied(), text);
      await button(page, "Copy as text").click();
      await button(page, "Copied").nth(1).waitFor();
      assert.equal(await copied(), "Hand\n\nHas 27 bones:\n\n1. eight\n2. five\n\na\tb\n1\t2");

      await questions(page).hover();
      await questions(page).getByRole("button", { name: "Copy link to this message" }).click();
      await questions(page).getByRole("button", { name: "Copied" }).waitFor();
      const link = await copied();
      assert.match(link, new RegExp(`^${url}/#/t/[^/]+/m/[^/]+$`));

      await page.reload();
      await button(page, "Tokens and speed").press("Enter");
      const line = (await answers(page).locator(".figures").textContent()) ?? "";
      assert.match(
        line,
        /^7 tokens read · \d+ written · the first after [\d.]+ s( · [\d.,]+ a second)? · \$0\.0012$/,
      );

      await page.goto(link);
      await questions(page).and(page.locator("[data-found]")).waitFor();
    },
  );
});
