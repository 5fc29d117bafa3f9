import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { axeFaults } from "../support/axe.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { button, choose } from "./parts.ts";

const serve = testBrowser();

async function assertSound(page: Page): Promise<void> {
  assert.deepEqual(await axeFaults(page), []);
}

const row = (page: Page, prompt: string) => page.getByRole("row", { name: prompt });
const heading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true, level: 1 });
const state = (page: Page, name: string) => page.getByRole("status").getByText(name, { exact: true });

test("jobs in the page, from the first one to the answer of the last", manyCases, async (t) => {
  const { open, as, upstream } = await serve(t);
  const ada = as("ada");
  const role = { name: "Reviewer", instructions: "Be strict.\nSay why.\nName the line." };
  const draft = { ...role, instructions: "Be {{ tone }}." };
  const { id } = (await (await ada("/api/v1/roles", { method: "POST", json: draft })).json()) as {
    id: string;
  };
  await ada(`/api/v1/roles/${id}`, { method: "POST", json: role });
  const page = await open({ mayFail: /^404 \/api\/v1\/jobs\/999\/events$/ });
  type Row = {
    readonly id: number;
    readonly thread_id: string;
    readonly state: string;
    readonly created_at: string;
  };
  const jobs = async () => (await ada.get<{ jobs: readonly Row[] }>("/api/v1/jobs")).jobs;
  const hand = (json: object) => ada("/api/v1/jobs", { method: "POST", json });
  let thread = "";

  await t.test("there are none yet, and the first one needs a prompt", async () => {
    await page.getByRole("link", { name: "Jobs" }).click();
    await page.getByText(/^There are no jobs\./).waitFor();
    await button(page, "New job").click();
    await page.keyboard.press("Escape");
    await button(page, "New job").and(page.locator(":focus")).press("Enter");
    await button(page, "Hand in").click();
    await page.getByText("A job needs a prompt.").waitFor();
    await page
      .getByRole("textbox", { name: "Prompt" })
      .and(page.locator("[aria-invalid=true]:focus"))
      .waitFor();
    await assertSound(page);
  });

  await t.test(
    "a role fills in all its lines, which can be changed; the answer is seen as it is made",
    async () => {
      const gate = Promise.withResolvers<void>();
      const pace = async (index: number) => (index === 3 ? gate.promise : undefined);
      upstream.script(answer("Line two is wrong here.", { pace }));
      await page.getByRole("textbox", { name: "Prompt" }).fill("Look at this,\nplease.");
      await page.getByRole("combobox", { name: "Prompt or role" }).selectOption("Reviewer");
      const instructions = page.getByRole("textbox", { name: "Instructions" });
      await page.getByRole("combobox", { name: "Prompt or role" }).selectOption("default");
      const { content } = await ada.get<{ content: string }>("/api/v1/system_prompts/default");
      await until("the prompt is filled in", async () => (await instructions.inputValue()) === content);
      await page.getByRole("combobox", { name: "Prompt or role" }).selectOption("Reviewer");
      assert.equal(await instructions.inputValue(), role.instructions);
      await instructions.fill(`${role.instructions}\nBe brief.`);
      await page.keyboard.press("Control+Enter");
      await heading(page, "Job 1").waitFor();
      await state(page, "Running").waitFor();
      await page.getByText("Line two is", { exact: true }).waitFor();
      gate.resolve();
      await state(page, "Done").waitFor();
      await page.getByText("Line two is wrong here.").waitFor();
      const [system, user] = (upstream.requests.at(-1)?.body.messages ?? []) as { content: string }[];
      assert.equal(system?.content, `${role.instructions}\nBe brief.`);
      assert.equal(user?.content, "Look at this,\nplease.");
      await assertSound(page);
    },
  );

  await t.test("a reply is the next job of its conversation", async () => {
    upstream.script(answer(`Then it is right.\n\n    ${"a long line ".repeat(20)}`));
    await page.getByRole("textbox", { name: "Go on in this conversation" }).fill("And now?");
    await button(page, "Hand in").click();
    await heading(page, "Job 2").waitFor();
    await page.getByText("Then it is right.").waitFor();
    const [second, first] = await jobs();
    assert.equal(second?.thread_id, first?.thread_id);
    thread = second?.thread_id ?? "";
    await page.getByRole("link", { name: "Open the conversation" }).click();
    await page.getByText("Line two is wrong here.").waitFor();
    await page.goBack();
  });

  await t.test("the list is live: what scripts hand in comes, runs, waits and ends in it", async () => {
    await page.getByRole("link", { name: "All jobs" }).click();
    await row(page, "And now?").getByText("Done").waitFor();
    const gate = Promise.withResolvers<void>();
    upstream.script({ ...answer("Slowly done."), stall: gate.promise });
    await hand({ prompt: "By a script", thread_id: thread, model: "alpha-large" });
    await row(page, "By a script").getByText("Running").waitFor();
    await hand({ prompt: "Never to be run", thread_id: thread });
    await row(page, "Never to be run").getByText("Waiting").waitFor();
    await button(page, "Cancel job 4").click();
    await row(page, "Never to be run").getByText("Cancelled").waitFor();
    gate.resolve();
    await row(page, "By a script").getByText("Done").waitFor();
    await assertSound(page);
  });

  await t.test("the lists can be narrowed, and one that is over is tried again", async () => {
    await page.getByRole("radio", { name: /^Cancelled/ }).check();
    await until("one row is left", async () => (await page.locator("tbody tr").count()) === 1);
    await page.getByRole("radio", { name: /^Failed/ }).check();
    await page.getByText("No job fits.").waitFor();
    await page.getByRole("radio", { name: /^All/ }).check();
    upstream.script(answer("After all."));
    await button(page, "Try job 4 again").click();
    await page.getByText("Job 5 tries job 4 again.").waitFor();
    await until("job 5 is done", async () => (await jobs())[0]?.state === "done");
    assert.equal(await page.getByRole("img", { name: /^Waiting and running\./ }).count(), 1);
    assert.equal(
      await page.getByRole("img", { name: /^Time to the answer\. In the end jobs waited / }).count(),
      1,
    );
  });

  await t.test("what went wrong is told, and a job that is not there", async () => {
    upstream.script({ status: 400, body: { error: { message: "no such thing" } } });
    const marked = { prompt: "Refused <img src=x>", thread_id: "<b>mine</b>", title: "<b>mine</b>" };
    await hand({ ...marked, model: "alpha-large", attempts: 1 });
    await row(page, marked.prompt).getByText("Failed").waitFor();
    await row(page, marked.prompt).getByRole("link", { name: marked.title }).waitFor();
    assert.equal(await page.locator("tbody :is(img, b)").count(), 0, "names and prompts are text");
    await page.getByRole("link", { name: "6 Refused" }).click();
    await page
      .getByRole("alert")
      .getByText(/no such thing/)
      .waitFor();
    await page.goto(`${new URL(page.url()).origin}/#/jobs/999`);
    await page.getByText("This job is not there.").waitFor();
  });

  await t.test("a role answers in the version that is chosen, with the values that it wants", async () => {
    upstream.script(answer("Gladly."));
    await page.getByRole("link", { name: "All jobs" }).click();
    await button(page, "New job").click();
    await page.getByRole("textbox", { name: "Prompt" }).fill("Please?");
    await page.getByRole("combobox", { name: "Prompt or role" }).selectOption("Reviewer");
    await page.getByRole("combobox", { name: "Version" }).selectOption("1");
    assert.equal(await page.getByRole("textbox", { name: "Instructions" }).inputValue(), draft.instructions);
    await button(page, "Hand in").click();
    await page.getByText("This wants a value.").waitFor();
    await assertSound(page);
    await page.locator('input:focus[aria-invalid="true"]').waitFor();
    await page.getByRole("textbox", { name: "tone" }).fill("kind");
    await button(page, "Hand in").click();
    await page.getByText("Reviewer, version 1").waitFor();
    await page.getByText("Gladly.").waitFor();
    const [system] = (upstream.requests.at(-1)?.body.messages ?? []) as { content: string }[];
    assert.equal(system?.content, "Be kind.");
  });

  await t.test("a thread's menu leads to its jobs, where another one goes on in it", async () => {
    await choose(page, "Look at this", "Jobs");
    await row(page, "And now?").waitFor();
    await until("those of others are left out", async () => (await page.locator("tbody tr").count()) === 5);
    await button(page, "New job").click();
    assert.equal(await page.getByRole("textbox", { name: "Conversation" }).inputValue(), thread);
    await button(page, "Cancel").first().click();
    await page.getByRole("link", { name: "2 And now?" }).click();
    await page.getByRole("link", { name: "Its jobs" }).click();
    await page.getByRole("link", { name: "1 Look at this" }).waitFor();
    assert.equal(new URL(page.url()).hash, `#/jobs/of/${thread}`);
  });

  await t.test(
    "nothing sticks out of a narrow window; German is spoken, in the reader's time zone",
    async () => {
      const timezoneId = "America/New_York";
      const phone = {
        viewport: { width: 390, height: 844 },
        hasTouch: true,
        isMobile: true,
        locale: "de-DE",
      };
      const narrow = await open({ ...phone, timezoneId, at: "#/jobs" });
      await narrow.getByRole("link", { name: "6 Refused" }).waitFor();
      await narrow.getByText("Gescheitert").last().waitFor();
      assert.equal(await narrow.evaluate("document.documentElement.scrollWidth"), 390);
      const [newest] = await jobs();
      const style = { dateStyle: "medium", timeStyle: "medium", timeZone: timezoneId } as const;
      const moment = new Intl.DateTimeFormat("de", style).format(new Date(newest?.created_at ?? ""));
      assert.equal(await narrow.locator("tbody td.number[title]").first().getAttribute("title"), moment);
      const colours =
        await narrow.evaluate(`Object.fromEntries([...document.querySelectorAll("tbody .job-state")].map(
      (state) => [state.dataset.state, getComputedStyle(state.firstElementChild).color]))`);
      const { done, error, cancelled } = colours as Record<string, string>;
      assert.equal(new Set([done, error, cancelled]).size, 3, JSON.stringify(colours));
      await assertSound(narrow);
      await narrow.goto(`${new URL(page.url()).origin}/#/jobs/2`);
      await narrow.locator("pre").getByText("a long line").waitFor();
      const wider = 'document.querySelector(".scroller").scrollWidth';
      assert.equal(await narrow.evaluate(wider), 390, "a long line of code scrolls inside itself");
    },
  );
});
