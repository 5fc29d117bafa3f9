import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, refusal } from "../../src/testkit/scripted-reply.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { startWire } from "../support/wire.ts";
import { answers, answersRead, button, composer, ended, newChat, pick, questions, say } from "./parts.ts";

const serve = testBrowser();

test("what goes wrong with an answer or a message", manyCases, async (t) => {
  const { open, as, upstream } = await serve(t);
  const absent = "**/static/markdown-*.js";
  const page = await open({
    absent,
    mayFail: /^net::ERR_FAILED (?:\/api\/v1\/message$|\/static\/markdown-)/,
  });
  const threads = async () => (await as("ada").get<unknown[]>("/api/v1/threads")).length;

  await t.test(
    "an answer can be read while what dresses it cannot be loaded, and is dressed after a reload",
    async () => {
      upstream.script(answer("**Twenty-four** ribs."));
      await say(page, "How many ribs?");
      await answersRead(page, "**Twenty-four** ribs.");
      await ended(page);
      await page.context().unroute(absent);
      await page.reload();
      await answers(page).locator("strong").waitFor();
    },
  );

  await t.test(
    "a model that fails is told in place, and trying again answers the same question",
    async () => {
      await newChat(page);
      upstream.script(refusal(500, "The furnace is out."), answer("Twenty-four."));
      await say(page, "How many ribs?");
      const notice = answers(page).getByRole("alert");
      await notice.filter({ hasText: "The furnace is out." }).waitFor();

      await page.reload();
      await notice.filter({ hasText: "The furnace is out." }).waitFor();
      await notice.getByRole("button", { name: "Try again" }).click();
      await answersRead(page, "Twenty-four.");
      await ended(page);
      assert.equal(await notice.count(), 0);
      assert.deepEqual(await questions(page).locator(".user-block").allTextContents(), ["How many ribs?"]);
      const sent = upstream.requests.at(-1)?.body.messages as readonly { role: string; content: string }[];
      assert.deepEqual(
        sent.filter(({ role }) => role === "user").map(({ content }) => content),
        ["How many ribs?"],
      );
    },
  );

  await t.test("a model that says nothing is told of, also afterwards, and can be asked again", async () => {
    await newChat(page);
    upstream.script(answer(""), answer("Now it does."));
    await say(page, "Say something");
    for (const again of [() => page.reload(), () => button(page, "Try again").click()]) {
      await answers(page).getByText("The model said nothing.").waitFor();
      await again();
    }
    await answersRead(page, "Now it does.");
    assert.equal(await answers(page).getByText("The model said nothing.").count(), 0);
  });

  await t.test("an answer that breaks off keeps what was said, and says why there is no more", async () => {
    upstream.script({ steps: [{ tokens: ["One bone, ", "two bones"] }, { breakOff: true }] }, answer("Two."));
    await newChat(page);
    await say(page, "Count them");
    await answers(page).getByRole("alert").waitFor();
    await answersRead(page, "One bone, two bones");
    await answers(page).getByRole("button", { name: "Try again" }).click();
    await answersRead(page, "Two.");
    await ended(page);
  });

  await t.test(
    "a message that the server cannot be told of comes back into the composer, and is sent once",
    async () => {
      upstream.script(answer("Twenty-four."));
      await newChat(page);
      const before = await threads();
      await page.route("**/api/v1/message", (route) => route.abort());
      await say(page, "How many ribs?");
      await page.getByRole("alert").filter({ hasText: "The server cannot be reached." }).waitFor();
      assert.equal(await composer(page).inputValue(), "How many ribs?");
      await page.reload();
      assert.equal(await composer(page).inputValue(), "How many ribs?");

      await page.unroute("**/api/v1/message");
      await button(page, "Try again").click();
      await answersRead(page, "Twenty-four.");
      assert.equal(await composer(page).inputValue(), "");
      assert.equal(await threads(), before + 1);
      await ended(page);
    },
  );

  await t.test(
    "a message that arrived, and whose answer was lost, is not said twice when it is tried again",
    async () => {
      upstream.script(answer("Twenty-four."));
      await newChat(page);
      const [before, asked] = [await threads(), upstream.requests.length];
      await page.route("**/api/v1/message", async (route) => {
        await route.fetch();
        await route.abort();
      });
      await say(page, "How many ribs?");
      await page.getByRole("alert").filter({ hasText: "The server cannot be reached." }).waitFor();
      await page.unroute("**/api/v1/message");
      await button(page, "Try again").click();
      await answersRead(page, "Twenty-four.");
      assert.equal(await questions(page).count(), 1);
      assert.equal(upstream.requests.length, asked + 1);
      assert.equal(await threads(), before + 1);
    },
  );
});

test("while the server is away one line says so, writing goes on, and the answer is picked up where it was", async (t) => {
  const { open, upstream, url } = await serve(t);
  const rest = Promise.withResolvers<void>();
  upstream.script(
    {
      steps: [
        { tokens: ["One bone. "] },
        { wait: rest.promise },
        { tokens: ["Two bones."] },
        { finish: "stop" },
        { done: true },
      ],
    },
    answer("Yes."),
  );
  const wire = await startWire(url);
  t.after(wire.cut);
  const page = await open({ through: wire.url, mayFail: /^net::ERR_\w+ \/api\/v1\// });
  await say(page, "Count them");
  await answersRead(page, "One bone.");
  await answers(page).getByRole("paragraph").waitFor(); // dressed: all of the page has been loaded

  await wire.cut();
  await page.getByRole("status").filter({ hasText: "Reconnecting" }).waitFor();
  rest.resolve();
  await composer(page).pressSequentially("Is that all");
  await answersRead(page, "One bone.");

  await wire.mend();
  await answersRead(page, "One bone. Two bones.");
  await page.locator(".connection:empty").waitFor({ state: "attached" });
  await ended(page);
  await composer(page).pressSequentially("?");
  await composer(page).press("Enter");
  await answersRead(page, "One bone. Two bones.", "Yes.");
  assert.deepEqual(await questions(page).locator(".user-block").allTextContents(), [
    "Count them",
    "Is that all?",
  ]);
});

test("without a model the page says what to do, and looks again", async (t) => {
  const { open, upstream } = await serve(t);
  upstream.models([]);
  const page = await open({ user: "none" });
  const notice = page.getByRole("alert");
  await notice.filter({ hasText: "No model is available." }).waitFor();
  await notice.getByRole("button", { name: "Look again" }).click();
  await notice.waitFor();
});

/** What the page does every few seconds it does every few hundredths. */
const hasty = "const plain = setInterval; setInterval = (run, ms, ...more) => plain(run, ms / 50, ...more);";

test("while no provider answers the page says so, the demo stands in, and a model that is back is chosen without a reload", async (t) => {
  const { open, upstream } = await serve(t, { models: { list_ttl_ms: 0 } });
  await upstream.goAway();
  const page = await open({ script: hasty });
  const line = page.locator(".empty .no-model");
  await line.getByText("No provider answers: scripted cannot be reached. Meanwhile demo stands in").waitFor();
  await pick(page, "Model", "demo");
  await say(page, "Hello");
  await answers(page).locator(".thinking").first().waitFor();
  await button(page, "Stop").click();
  await page.getByRole("link", { name: "New chat" }).first().click();
  await upstream.comeBack();
  await page.getByRole("button", { name: "Model: alpha-large" }).waitFor();
  await line.waitFor({ state: "detached" });
});

test("it is looked again when asked, and how a model is connected stands there and in the list of models", async (t) => {
  const { open, as, upstream } = await serve(t);
  await upstream.goAway();
  await as("ada").get("/api/v1/models?refresh=true");
  const page = await open();
  const line = page.locator(".empty .no-model");
  await line.getByRole("button", { name: "Look again" }).click();
  await line.getByText("Still no model.").waitFor();
  const how = line.getByRole("button", { name: "How to connect a model" });
  assert.equal(await how.getAttribute("aria-expanded"), "false");
  await how.press("Enter");
  await line.getByText("LITELLM_ENDPOINT=").waitFor();

  await button(page, "Model: demo").click();
  const listed = page.locator(".picker-panel .no-model");
  await listed.getByText("No provider answers").waitFor();
  await upstream.comeBack();
  await listed.getByRole("button", { name: "Look again" }).press("Enter");
  await page.getByRole("option", { name: "alpha-large" }).waitFor();
  for (const place of [line, listed]) await place.waitFor({ state: "detached" });
});
