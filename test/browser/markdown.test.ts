import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { answer, type ScriptedReply } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { answers, button, ended, newChat, say } from "./parts.ts";

const serve = testBrowser();

/** An answer that stops in its middle until `rest` comes. */
const inTwo = (first: string, rest: Promise<unknown>, second: string): ScriptedReply => ({
  steps: [{ tokens: [first] }, { wait: rest }, { tokens: [second] }, { finish: "stop" }, { done: true }],
});

/** What an expression about the element `one` says, of each that a locator finds. */
const ask = (found: Locator, expression: string): Promise<unknown[]> =>
  found.evaluateAll(new Function("all", `return all.map((one) => ${expression})`) as () => unknown[]);

/** Where the text of each element begins, in px from the left. */
const placesOfText = new Function(
  "all",
  `return all.map((one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return range.getClientRects()[0].left;
  })`,
) as () => number[];

/** The names of the scripts that a window asks for, without their hashes. */
function scriptsOf(page: Page): string[] {
  const names: string[] = [];
  page.context().on("request", (request) => {
    const name = /\/static\/(.+?)(?:-[\w-]{8})?\.js$/.exec(request.url())?.[1];
    if (name !== undefined) names.push(name);
  });
  return names;
}

/** Where it stands and how wide it is. */
async function placeOf(part: Locator): Promise<{ readonly x: number; readonly width: number }> {
  const box = await part.boundingBox();
  assert.ok(box);
  return { x: box.x, width: box.width };
}

const flow = "```mermaid\nflowchart LR\n  Skull --> Spine\n```";

test("what an answer is made of", manyCases, async (t) => {
  const { open, upstream } = await serve(t);
  const page = await open({
    permissions: ["clipboard-read", "clipboard-write"],
    mayAsk: /^https:\/\/(?:images\.example\/rib|gone\.example\/x)\.png$/,
    mayFail: /x\.png/,
  });

  await t.test(
    "code gets its colours where it stands, each grammar loaded when its language comes",
    async () => {
      await newChat(page);
      const rest = Promise.withResolvers<void>();
      const python = 'def rib(n):\n    """Each."""\n    return n + 1';
      upstream.script(
        inTwo(`\`\`\`py\n${python}\n\`\`\`\n\n`, rest.promise, "```rust\nlet ribs = 24;\n```\n\nThe end."),
      );
      const scripts = scriptsOf(page);
      await say(page, "Write it.");

      const pre = answers(page).locator("pre");
      await pre.locator(".code-key", { hasText: "def" }).waitFor();
      assert.equal(await pre.textContent(), python);
      assert.equal(await answers(page).locator("figcaption > span").textContent(), "Python");
      assert.ok(scripts.includes("python") && !scripts.includes("rust"), String(scripts));

      rest.resolve();
      await answers(page).locator("pre").nth(1).locator(".code-key", { hasText: "let" }).waitFor();
      await ended(page);
      assert.ok(scripts.includes("rust"));
      const heavy = scripts.filter((name) => /formula$|katex|mermaid|draw-diagram/.test(name));
      assert.deepEqual(
        heavy.filter((name) => name !== "formula"),
        [],
        "nothing that is not needed",
      );
    },
  );

  await t.test("colours do not move a line, and an unknown language stays plain", async () => {
    await newChat(page);
    const held = Promise.withResolvers<void>();
    upstream.script(answer("```ts\nconst a = 1;\n\n// b\n```\n\n```klingon\nqapla\n```\n\nThe end."));
    await page.route(/\/static\/typescript-/, async (route) => {
      await held.promise;
      await route.continue();
    });
    await say(page, "Write it.");
    await ended(page);
    await answers(page).getByRole("figure").nth(1).waitFor();
    const heights = () => ask(page.locator("figure.code pre"), "one.offsetHeight");
    const before = await heights();
    assert.equal(await answers(page).locator("pre [class^=code-]:not(.code-part, .code-line)").count(), 0);
    held.resolve();
    await answers(page).locator(".code-comment", { hasText: "// b" }).waitFor();
    assert.deepEqual(await heights(), before);
    assert.equal(
      await answers(page).locator("pre").nth(1).locator("[class^=code-]:not(.code-part, .code-line)").count(),
      0,
    );
    assert.equal(await answers(page).locator("figcaption > span").nth(1).textContent(), "klingon");
    await page.unroute(/\/static\/typescript-/);
  });

  await t.test("long code is taken along as it is, by the button and by hand", async () => {
    await newChat(page);
    const code = Array.from({ length: 60 }, (_, line) =>
      line % 7 === 0 ? "" : `  let line${line} = "x";`,
    ).join("\n");
    upstream.script(answer(`\`\`\`js\n${code}\n\`\`\``));
    await say(page, "Write it.");
    await answers(page).locator("pre .code-key").first().waitFor();
    await ended(page);
    await answers(page).locator("figcaption").getByRole("button", { name: "Copy" }).click();
    await answers(page).locator("figcaption").getByRole("button", { name: "Copied" }).waitFor();
    assert.equal(await page.evaluate("navigator.clipboard.readText()"), code);
    await page.evaluate("getSelection().selectAllChildren(document.querySelector('.answer pre'))");
    assert.equal(await page.evaluate("getSelection().toString()"), code);
  });

  await t.test(
    "lines of code are numbered from the fourth on, and what is read does not move for it",
    async () => {
      await newChat(page);
      const rest = Promise.withResolvers<void>();
      upstream.script(inTwo("```js\none();\ntwo();\nthree();", rest.promise, "\nfour();\n```\n\nThe end."));
      upstream.script(answer("```sh\nnpm ci\n```"));
      await say(page, "Write it.");
      const pre = answers(page).locator("pre");
      await pre.getByText("three();").waitFor();
      const lines = page.locator(".answer").first().locator(".code-line");
      const places = () => lines.evaluateAll(placesOfText);
      const numbers = () => ask(lines, 'getComputedStyle(one, "::before").content');
      const [before] = await places();
      assert.deepEqual(new Set(await numbers()), new Set(['""']));
      rest.resolve();
      await ended(page);
      assert.equal(await lines.count(), 4);
      assert.deepEqual(new Set(await numbers()), new Set(['counter(line) / ""']));
      assert.deepEqual(await places(), Array(4).fill(before));
      await page.reload();
      await lines.nth(3).waitFor();
      assert.deepEqual(await places(), Array(4).fill(before), "and stands in the same place later");
      await say(page, "And shorter?");
      await ended(page);
      await page.reload();
      await answers(page).nth(1).locator(".code-line").waitFor();
      assert.deepEqual(
        await ask(answers(page).nth(1).locator(".code-line"), 'getComputedStyle(one, "::before").content'),
        ["none"],
      );
    },
  );

  await t.test(
    "long lines of code scroll in their block, or are wrapped in all blocks, as the reader likes",
    async () => {
      await newChat(page);
      const line = `const words = "${"long ".repeat(60)}";`;
      upstream.script(answer(`\`\`\`js\n${line}\n\`\`\`\n\n\`\`\`\n${line}\n\`\`\``));
      await page.setViewportSize({ width: 390, height: 844 });
      await say(page, "Write it.");
      await ended(page);
      await answers(page).getByRole("figure").nth(1).waitFor();
      const scrolls = () => ask(page.locator("pre"), "one.scrollWidth > one.clientWidth");
      assert.deepEqual(await scrolls(), [true, true]);
      await button(page, "Wrap long lines").first().click();
      assert.deepEqual(await scrolls(), [false, false]);
      await page.reload();
      await button(page, "Do not wrap lines").first().waitFor();
      assert.deepEqual(await scrolls(), [false, false]);
      await button(page, "Do not wrap lines").first().click();
      assert.deepEqual(await scrolls(), [true, true]);
      await page.setViewportSize({ width: 1280, height: 800 });
    },
  );

  await t.test(
    "formulas are drawn once they are whole; prices stay prices; KaTeX is loaded for the first one",
    async () => {
      await newChat(page);
      const [formula, rest] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      upstream.script({
        steps: [
          { tokens: ["From $5 to $6.\n\n"] },
          { wait: formula.promise },
          { tokens: ["\\[\n\\vec{a} = \\fcolorbox{red}{white}{$b$} \\frac{1}"] },
          { wait: rest.promise },
          { tokens: ["{2}\n\\]\n\nAnd \\(a^2\\), and $$b$$, and \\(\\nonsense{\\).\n\nThe end."] },
          { finish: "stop" },
          { done: true },
        ],
      });
      const scripts = scriptsOf(page);
      await say(page, "How much?");
      await answers(page).getByText("From $5 to $6.").waitFor();
      assert.ok(!scripts.includes("drawn-formula"));

      formula.resolve();
      await answers(page).locator(".formula-source.display").waitFor();
      assert.equal(await answers(page).locator(".katex").count(), 0, "half a formula is its source");

      rest.resolve();
      await ended(page);
      await answers(page).locator(".formula .katex").nth(2).waitFor();
      assert.ok(scripts.includes("drawn-formula"));
      assert.equal(
        await answers(page).locator(".formula.display math mfrac").count(),
        1,
        "for screen readers",
      );
      assert.equal(await answers(page).locator(".formula-source").textContent(), "\\nonsense{");
      assert.equal(await answers(page).getByText("From $5 to $6.").count(), 1);
    },
  );

  await t.test("a diagram is its source while it comes, then drawn, and follows the theme", async () => {
    await newChat(page);
    const rest = Promise.withResolvers<void>();
    upstream.script(inTwo(flow.slice(0, -4), rest.promise, `${flow.slice(-4)}\n\nThe end.`));
    const scripts = scriptsOf(page);
    await say(page, "Draw it.");
    await answers(page).locator("pre", { hasText: "Skull --> Spine" }).waitFor();
    assert.ok(!scripts.some((name) => name.startsWith("mermaid")), "nothing is loaded for half a diagram");

    rest.resolve();
    const drawing = answers(page).getByRole("img", { name: "Skull --> Spine" });
    await drawing.waitFor();
    await ended(page);
    assert.equal(await answers(page).locator("pre").count(), 0);
    await until("the drawing can be shown", async () => (await ask(drawing, "one.naturalWidth > 100"))[0]);
    const light = await drawing.getAttribute("src");
    assert.match(decodeURIComponent(light ?? ""), />Skull</);

    await button(page, "Show source").click();
    assert.match((await answers(page).locator("pre").textContent()) ?? "", /Skull --> Spine/);
    await button(page, "Show diagram").click();
    await page.emulateMedia({ colorScheme: "dark" });
    await until("it is drawn anew", async () => (await drawing.getAttribute("src")) !== light);
    await page.emulateMedia({ colorScheme: "light" });
  });

  await t.test(
    "an image is fetched only once its host is allowed, by the reader, who can take it back",
    async () => {
      await newChat(page);
      const shown = "![A rib](https://images.example/rib.png)";
      upstream.script(
        answer(`${shown}\n\n![Other](https://other.example/x.png)\n\n![Plain](http://images.example/y.png)`),
      );
      const asked: string[] = [];
      await page.context().route(/images\.example/, async (route) => {
        asked.push(
          `${route.request().url()} ${(await route.request().allHeaders()).referer ?? "no referrer"}`,
        );
        await route.fulfill({
          contentType: "image/svg+xml",
          body: '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="30"/>',
        });
      });
      await say(page, "Show me.");
      await ended(page);
      assert.deepEqual(asked, []);
      await button(page, "Show images from images.example").click();
      const frame = answers(page).locator("iframe");
      await frame.and(page.locator("[style*=aspect-ratio]")).waitFor();
      assert.deepEqual(asked, ["https://images.example/rib.png no referrer"]);
      assert.deepEqual((await frame.boundingBox())?.width, 60);
      assert.equal(await frame.contentFrame().getByRole("img", { name: "A rib" }).count(), 1);
      assert.equal(await button(page, "Show images from other.example").count(), 1);
      assert.equal(
        await answers(page).locator("iframe").count(),
        1,
        "neither another host, nor one in the clear",
      );

      await page.reload();
      await frame.and(page.locator("[style*=aspect-ratio]")).waitFor();
      await button(page, "Hide images from images.example").click();
      await frame.waitFor({ state: "detached" });
      await page.reload();
      await button(page, "Show images from images.example").waitFor();
      assert.equal(await frame.count(), 0);
    },
  );

  await t.test(
    "a link says where it goes: to the mouse, to the keyboard, and beside a text that claims something else",
    async () => {
      await newChat(page);
      upstream.script(
        answer(
          "[docs](https://example.com/docs) [https://bank.example](https://evil.example/x) [www.example.com](https://example.com)",
        ),
      );
      await say(page, "Where?");
      await ended(page);
      const docs = answers(page).getByRole("link", { name: "docs" });
      assert.equal(await docs.getAttribute("title"), "https://example.com/docs");
      const tip = () => ask(docs, "getComputedStyle(one, '::after').content");
      assert.deepEqual(await tip(), ["none"]);
      await answers(page).getByRole("button", { name: "Copy" }).first().focus();
      for (
        let presses = 0;
        presses < 5 && !(await ask(docs, "one.matches(':focus-visible')"))[0];
        presses++
      ) {
        await page.keyboard.press("Shift+Tab");
      }
      assert.deepEqual(await tip(), ['"https://example.com/docs"']);
      assert.deepEqual(await answers(page).locator(".link-host").allTextContents(), [" (evil.example)"]);
    },
  );

  await t.test(
    "a footnote leads to its text and back, in its own answer, and the address stays",
    async () => {
      const noted = "A claim.[^1]\n\n[^1]: Its source.";
      await newChat(page);
      upstream.script(answer(noted), answer(noted));
      await say(page, "One.");
      await answers(page).first().getByText("Its source.").waitFor();
      await ended(page);
      await say(page, "Two.");
      await answers(page).nth(1).getByText("Its source.").waitFor();
      await ended(page);
      const { hash } = new URL(page.url());
      const second = answers(page).nth(1);
      await second.getByRole("link", { name: "1", exact: true }).click();
      assert.equal(
        await second
          .locator("li:focus")
          .textContent()
          .then((text) => text?.includes("Its source.")),
        true,
      );
      await second.getByRole("link", { name: "Back to the text" }).click();
      assert.equal(await second.locator("a:focus").textContent(), "1");
      assert.equal(new URL(page.url()).hash, hash);
    },
  );

  await t.test("finished blocks are left alone while the answer goes on", async () => {
    const rest = Promise.withResolvers<void>();
    await newChat(page);
    upstream.script(
      inTwo(
        "# Head\n\n- one\n- two\n\n| a |\n| - |\n| b |\n\nSome words",
        rest.promise,
        " and more.\n\nThe end.",
      ),
    );
    await say(page, "Go on.");
    await answers(page).getByText("Some words").waitFor();
    await page.evaluate(`{
      globalThis.touched = 0;
      const finished = [...document.querySelectorAll(".answer .markdown > *")].slice(0, -1);
      for (const block of finished) {
        new MutationObserver((changes) => { globalThis.touched += changes.length; })
          .observe(block, { subtree: true, childList: true, characterData: true, attributes: true });
      }
    }`);
    rest.resolve();
    await answers(page).getByText("The end.").waitFor();
    await ended(page);
    assert.equal(await page.evaluate("touched"), 0);
  });

  await t.test("an image that does not load says so, and one that is part of the text is shown", async () => {
    const dot = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=";
    await newChat(page);
    upstream.script(answer(`![A dot](${dot})\n\n![Gone](https://gone.example/x.png)`));
    await say(page, "Show me.");
    await ended(page);
    const dotImage = answers(page).getByRole("img", { name: "A dot" });
    await until("the dot is drawn", async () => (await ask(dotImage, "one.naturalWidth === 1"))[0]);
    await button(page, "Show images from gone.example").click();
    await answers(page).getByText("The image did not load.").waitFor();
  });

  await t.test(
    "a diagram that cannot be drawn shows its source and says why, and the next one is drawn",
    async () => {
      await newChat(page);
      upstream.script(answer(`\`\`\`mermaid\nflowchart LR\n  A[Broken -->\n\`\`\`\n\n${flow}`));
      await say(page, "Draw it.");
      await answers(page).getByText("This cannot be drawn: Parse error on line").waitFor();
      assert.match((await answers(page).locator("pre").first().textContent()) ?? "", /Broken/);
      await answers(page).getByRole("img", { name: "Skull --> Spine" }).waitFor();
    },
  );

  await t.test(
    "a diagram can be read in the reader's own colours, too, and what is chosen is marked",
    async () => {
      const own = await open({ forcedColors: "active" });
      upstream.script(answer(flow));
      await say(own, "Draw it.");
      const drawn = await own.getByRole("img", { name: "Skull --> Spine" }).getAttribute("src");
      const colours = new Set(decodeURIComponent(drawn ?? "").match(/rgb\([\d, ]+\)/g));
      assert.ok(colours.has("rgb(242, 238, 230)") && colours.has("rgb(29, 27, 24)"), [...colours].join());
      const current = own.locator("[data-current='true']");
      assert.equal((await ask(current, "getComputedStyle(one).outlineStyle"))[0], "solid");
      await own.close();
    },
  );

  await t.test("a wide table scrolls inside itself, by keyboard too", async () => {
    const cells = Array.from({ length: 14 }, (_, column) => `column ${column}`);
    await newChat(page);
    upstream.script(answer(`| ${cells.join(" | ")} |\n|${" --- |".repeat(14)}\n| ${cells.join(" | ")} |`));
    await page.setViewportSize({ width: 390, height: 844 });
    await say(page, "A table.");
    await ended(page);
    const room = page.getByRole("group", { name: "Table" });
    await room.focus();
    await page.keyboard.press("ArrowRight");
    await until("the table scrolls", async () => (await ask(room, "one.scrollLeft > 0"))[0]);
    const wider = "document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth";
    assert.equal(await page.evaluate(wider), false);
  });

  await t.test("where there is room a table reaches past the column, and nothing else does", async () => {
    await page.setViewportSize({ width: 1600, height: 900 });
    const field = page.locator(".composer");
    const table = page.getByRole("group", { name: "Table" });
    const column = await placeOf(field);
    assert.deepEqual(await placeOf(table), { x: column.x, width: 56 * 16 });
    await table.focus();
    await page.keyboard.press("?");
    const beside = page.getByRole("complementary", { name: "Keyboard shortcuts" });
    await beside.waitFor();
    const { x, width } = await placeOf(table);
    assert.ok(x + width < (await placeOf(beside)).x, "what stands beside the conversation covers nothing");
    await page.keyboard.press("Escape");
    await newChat(page);
    upstream.script(answer(`${"Many words. ".repeat(40)}\n\n| a | b |\n| --- | --- |\n| 1 | 2 |`));
    await say(page, "Words and a table.");
    await ended(page);
    const words = answers(page).locator("p").first();
    assert.deepEqual(await placeOf(words), column);
    assert.ok((await placeOf(table)).width < 200);

    // A scrollbar that takes room of its own takes it from both.
    await page.setViewportSize({ width: 720, height: 450 });
    assert.deepEqual(await placeOf(words), await placeOf(field));
  });
});
