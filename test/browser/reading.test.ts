import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { answer, type ScriptedReply } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { answers, answersRead, button, ended, newChat, questions, say } from "./parts.ts";

const serve = testBrowser();
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, line) => `const rib${from + line} = ${from + line};\n`).join("");
const height = (page: Page) => page.evaluate("document.querySelector('pre').clientHeight") as Promise<number>;

test("long answers and other scripts", manyCases, async (t) => {
  const { open, upstream } = await serve(t);
  const page = await open();

  await t.test(
    "long code shows its beginning, and all of it by a key, and shorter code is whole",
    async () => {
      upstream.script(
        answer(`\`\`\`js\n${lines(0, 120)}\`\`\`\n\nThe end.`),
        answer(`\`\`\`js\n${lines(0, 40)}\`\`\``),
      );
      await say(page, "Write it.");
      await ended(page);
      await say(page, "Shorter.");
      await ended(page);
      await newChat(page);
      await page.goBack();
      const all = button(page, "Show all 120 lines");
      await all.waitFor();
      assert.equal(await page.locator(".code-fold").count(), 1);
      const folded = await height(page);
      await all.focus();
      await page.keyboard.press("Enter");
      const fewer = button(page, "Show fewer lines");
      await fewer.and(page.locator(":focus")).waitFor();
      assert.ok((await height(page)) > folded + 1500);
      await page.keyboard.press("Enter");
      await all.and(page.locator(":focus")).waitFor();
      await until("its foot is in view", async () => {
        const box = await all.boundingBox();
        return box !== null && box.y > 0 && box.y < 800;
      });
      assert.equal(await height(page), folded);
      // As finding in the page does it.
      await page.evaluate("document.querySelector('pre').scrollTo(0, 900)");
      await fewer.waitFor();
    },
  );

  await t.test("code that was seen coming stays open when it is whole, so that nothing jumps", async () => {
    const [rest, more] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const reply: ScriptedReply = {
      steps: [
        { tokens: [`\`\`\`js\n${lines(0, 60)}`] },
        { wait: rest.promise },
        { tokens: [`${lines(60, 62)}\`\`\`\n\nAnd`] },
        { wait: more.promise },
        { tokens: [" on."] },
        { finish: "stop" },
        { done: true },
      ],
    };
    upstream.script(reply);
    await newChat(page);
    await say(page, "Write it.");
    await page.locator("pre").getByText("rib59").waitFor();
    const coming = await height(page);
    rest.resolve();
    await answers(page).getByText("And", { exact: true }).waitFor();
    assert.ok((await height(page)) >= coming);
    more.resolve();
    await ended(page);
    await button(page, "Show fewer lines").waitFor();
    assert.ok((await height(page)) >= coming);
  });

  await t.test(
    "each paragraph reads in its own direction, and so do titles, lists and what is being written",
    async () => {
      const arabic = "مرحبا بالعالم";
      upstream.script(answer(`${arabic}\n\nAn English paragraph.\n\n- ${arabic}\n- one`));
      await newChat(page);
      const field = page.getByRole("textbox", { name: "Message" });
      await field.fill(arabic);
      const direction = (selector: string) =>
        page.evaluate(`getComputedStyle(document.querySelector("${selector}")).direction`);
      assert.equal(await direction("#composer"), "rtl");
      await say(page, `${arabic}\nAnd in English?`);
      await ended(page);
      await answers(page).locator("li").first().waitFor();
      const sides =
        (await page.evaluate(`[...document.querySelectorAll(".markdown p, .markdown li")].map((one) => {
      const range = document.createRange();
      range.selectNodeContents(one);
      const [text, column] = [range.getBoundingClientRect(), one.closest(".markdown").getBoundingClientRect()];
      return text.left - column.left < column.right - text.right ? "left" : "right";
    })`)) as string[];
      assert.deepEqual(sides, ["right", "left", "right", "right"]);
      assert.equal(await direction(".user-block"), "rtl");
      // A title keeps its place, and the names around it theirs.
      assert.ok(((await page.locator("h1 bdi").boundingBox())?.x ?? 999) < 320);
    },
  );
});

test("on a phone", manyCases, async (t) => {
  const { open, upstream } = await serve(t);
  const page = await open(phone);

  await t.test("32 px lie between two turns, and what is not seen is not hit", async () => {
    upstream.script(answer("Twenty-four."));
    await say(page, "How many ribs?");
    await answersRead(page, "Twenty-four.");
    await ended(page);
    const [block, text] = [questions(page).locator(".user-block"), answers(page).locator(".markdown")];
    const [above, below] = [await block.boundingBox(), await text.boundingBox()];
    assert.ok(above && below);
    assert.equal(below.y - (above.y + above.height), 32);
    // A finger rests a moment, and longer on a machine that is busy: what it brings to sight under itself is not hit either.
    const touch = await page.context().newCDPSession(page);
    const under = { x: above.x + above.width - 30, y: above.y + above.height + 14 };
    await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [under] });
    await page.evaluate(`(async () => {
      for (let frame = 0; frame < 8; frame += 1) await new Promise(requestAnimationFrame);
    })()`);
    await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    assert.equal(await button(page, "Copied").count(), 0);
    await block.tap();
    const edit = questions(page).getByRole("button", { name: "Edit" });
    await edit.tap();
    await page.getByRole("textbox", { name: "Your message" }).waitFor();
  });

  await t.test("a diagram's labels cover their lines, and a wide one scrolls inside itself", async () => {
    const wide =
      "graph LR\n  a[Disk] -->|210 MB/s| b[Wire] -->|110 MB/s| c[Far disk] -->|28 MB/s| d[Vault] --> e[The end]";
    const small = "graph TD\n  a[Disk] -->|reads| b[Wire]";
    upstream.script(answer(`\`\`\`mermaid\n${wide}\n\`\`\`\n\n\`\`\`mermaid\n${small}\n\`\`\``));
    await newChat(page);
    await say(page, "Draw it.");
    await ended(page);
    const drawings = page.locator(".drawing img");
    await drawings.nth(1).waitFor();
    const source = decodeURIComponent((await drawings.nth(1).getAttribute("src")) ?? "");
    assert.match(source, /\.edgeLabel rect[^}]*opacity:1;fill:rgb\(250, 248, 243\)/);
    const rooms = await page.evaluate(
      "[...document.querySelectorAll('.drawing')].map((one) => one.scrollWidth > one.clientWidth)",
    );
    assert.deepEqual(rooms, [true, false]);
    const wider = "document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth";
    assert.equal(await page.evaluate(wider), false);
  });
});
