import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { answer, type ScriptedReply } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { axeFaults } from "../support/axe.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { answers, answersRead, button, composer, ended, questions, say } from "./parts.ts";

const serve = testBrowser();

const list = "1. Look around\n2. Leap\n3. Land";

const plan = (page: Page) => answers(page).getByRole("group", { name: "Plan", exact: true }).last();
const steps = async (page: Page) =>
  (await plan(page).getByRole("listitem").allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim());
const review = (page: Page) => plan(page).getByRole("group", { name: /^This is the plan\./ });
const field = (page: Page, number: number) =>
  review(page).getByRole("textbox", { name: new RegExp(`^Step ${number}(?! of)\\b`) });
const fields = (page: Page) =>
  review(page)
    .getByRole("textbox")
    .evaluateAll((all) => all.map((one) => (one as unknown as { value: string }).value));
const mode = (page: Page) => page.getByRole("button", { name: /^Plan mode/ });
const panel = (page: Page) => page.getByRole("region", { name: "Plan mode" });

/** Runs in the page: whether a box that is clicked is seen ticked before the page is drawn again. */
async function tickedAtOnce(box: { click(): void; readonly checked: boolean }): Promise<boolean> {
  box.click();
  for (let step = 0; step < 50; step += 1) await undefined;
  return box.checked;
}

/** Chooses in the panel who plans and who answers. */
async function choose(page: Page, planner: string, answerer: string): Promise<void> {
  await mode(page).click();
  await panel(page).getByRole("combobox", { name: "Who plans" }).selectOption(planner);
  await panel(page).getByRole("combobox", { name: "Who answers" }).selectOption(answerer);
}

/** An answer that stands in its second step until it is let go on. */
function carried(): { readonly reply: ScriptedReply; readonly goOn: () => void } {
  const gate = Promise.withResolvers<void>();
  const reply: ScriptedReply = {
    steps: [
      { tokens: ["[[st", "ep 1]]\nLooked.\n\n[[step 2]]\n\nLea"] },
      { wait: gate.promise },
      { tokens: ["pt."] },
      { finish: "stop" },
      { done: true },
    ],
  };
  return { reply, goOn: gate.resolve };
}

// One server for all of them: what one case leaves behind is another thread.
test("plan mode in the page", manyCases, async (t) => {
  const { open, upstream, as } = await serve(t);
  const page = await open();
  const accessible = async () => {
    assert.deepEqual(await axeFaults(page), []);
  };

  await t.test("a chat begins with it, keeps it, and the plan ticks itself", async () => {
    const { reply, goOn } = carried();
    upstream.script(answer(list), reply);
    await choose(page, "beta-mini", "alpha-large");
    await accessible();
    await panel(page).getByRole("button", { name: "Plan answers" }).click();
    assert.equal(await panel(page).count(), 0);
    assert.match(await mode(page).innerText(), /beta-mini\s*→\s*alpha-large/);
    assert.equal(await page.getByRole("button", { name: /^Model: / }).count(), 0, "these two stand for it");
    await page.reload();
    await mode(page).filter({ hasText: "beta-mini" }).waitFor();

    await say(page, "Get over it");
    await answersRead(page, "Looked.Lea");
    assert.deepEqual(await steps(page), ["Done: Look around", "In progress: Leap", "Land"]);
    await plan(page).getByRole("button", { name: "Plan beta-mini 1 of 3 done" }).waitFor();
    const other = await open({ at: new URL(page.url()).hash });
    await until("the other window has it", async () => (await steps(other)).length === 3);
    assert.match(await mode(other).innerText(), /beta-mini\s*→\s*alpha-large/);
    goOn();
    await ended(page);
    const done = ["Done: Look around", "Done: Leap", "Done: Land"];
    assert.deepEqual(await steps(page), done);
    await accessible();
    await page.reload();
    await plan(page).waitFor();
    assert.deepEqual(await steps(page), done);
    assert.match(await questions(page).innerText(), /Get over it/);
    await plan(page)
      .getByRole("button", { name: /^Plan beta-mini 3 of 3 done/ })
      .click();
    assert.deepEqual(await steps(page), []);
    await other.close();
  });

  await t.test(
    "with a review its steps are changed by keyboard, and it goes on as they were left",
    async () => {
      upstream.script(answer(list), answer("Done."));
      await mode(page).click();
      const box = panel(page).getByRole("checkbox", { name: /^Look at the plan/ });
      assert.ok(await box.evaluate(tickedAtOnce), "it waits for no timer, and for no server");
      await mode(page).click();
      await say(page, "Once more");
      await review(page).waitFor();
      await accessible();
      assert.match(await page.title(), /^\? /);
      assert.deepEqual(await fields(page), ["Look around", "Leap", "Land"]);

      await field(page, 2).focus();
      await page.keyboard.press("Alt+ArrowUp");
      assert.deepEqual(await fields(page), ["Leap", "Look around", "Land"]);
      assert.equal(await page.locator("textarea:focus").inputValue(), "Leap");
      await page.keyboard.press("Enter");
      await page.keyboard.type("Laugh");
      assert.deepEqual(await fields(page), ["Leap", "Laugh", "Look around", "Land"]);
      await page.keyboard.press("Enter");
      await page.keyboard.press("Backspace");
      assert.equal(await page.locator("textarea:focus").inputValue(), "Laugh");
      await review(page).getByRole("button", { name: "Move step 4 up" }).press("Enter");
      await review(page)
        .getByRole("button", { name: "Move step 3 up" })
        .and(page.locator(":focus"))
        .waitFor();
      await review(page).getByRole("button", { name: "Leave out step 4" }).click();
      await field(page, 1).fill("Leap far");
      await page.reload();
      await review(page).waitFor();
      assert.deepEqual(
        await fields(page),
        ["Leap far", "Laugh", "Land", "Look around"],
        "it outlives a reload",
      );
      await field(page, 1).press("ControlOrMeta+Enter");
      await answersRead(page, "Looked.Leapt.", "Done.");
      await ended(page);
      assert.deepEqual(await steps(page), [
        "Done: Leap far",
        "Done: Laugh",
        "Done: Land",
        "Left out: Look around",
      ]);
      const prompt = upstream.requests.at(-1)?.body.messages as { content: string }[] | undefined;
      assert.match(prompt?.at(-1)?.content ?? "", /\n1\. Leap far\n2\. Laugh\n3\. Land$/);
      await page.reload();
      await plan(page).waitFor();
      assert.deepEqual((await steps(page)).at(-1), "Left out: Look around");
      assert.match(await questions(page).last().innerText(), /Once more/);
    },
  );

  await t.test("a plan that is left alone stays, and says so", async () => {
    upstream.script(answer(list));
    await say(page, "And again");
    await review(page).getByRole("button", { name: "Leave it" }).click();
    await plan(page).getByText("nothing was carried out").waitFor();
    await ended(page);
    assert.deepEqual(await steps(page), ["Look around", "Leap", "Land"]);
    await page.reload();
    await plan(page).getByText("nothing was carried out").waitFor();
    await plan(page).getByRole("button", { name: "Plan beta-mini not carried out" }).waitFor();
  });

  await t.test("it is turned off for the thread, in every window", async () => {
    upstream.script(answer("Plainly."));
    const other = await open({ at: new URL(page.url()).hash });
    await mode(page).click();
    await panel(page).getByRole("button", { name: "Turn off" }).click();
    await other.getByRole("button", { name: "Plan mode", exact: true }).waitFor();
    await say(page, "Plainly, please");
    await answersRead(page, "Looked.Leapt.", "Done.", "Plainly.");
    await ended(page);
    const [thread] = await as("ada").get<{ plan_mode: unknown }[]>("/api/v1/threads?details=true");
    assert.equal(thread?.plan_mode, null);
    await composer(page).fill("");
    await other.close();
  });

  await t.test("on a phone all of it stands within the width, in light and dark", async () => {
    upstream.script(answer(`${list}\n4. ${"Measure how far it is, and then some more. ".repeat(6)}`));
    const phone = await open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    const fits = async () => {
      assert.equal(await phone.evaluate("document.documentElement.scrollWidth"), 390);
      for (const colorScheme of ["dark", "light"] as const) {
        await phone.emulateMedia({ colorScheme });
        assert.deepEqual(await axeFaults(phone), [], colorScheme);
      }
    };
    await choose(phone, "beta-mini", "alpha-large");
    await panel(phone)
      .getByRole("checkbox", { name: /^Look at the plan/ })
      .check();
    await fits();
    await panel(phone).getByRole("button", { name: "Plan answers" }).tap();
    await fits();
    await say(phone, "Get over it");
    await review(phone).waitFor();
    await fits();
    await button(phone, "Stop (Esc)").tap();
    await answers(phone).getByText("Stopped.").waitFor();
    assert.equal(await review(phone).count(), 0);
  });
});
