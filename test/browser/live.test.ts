import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import type { Page, Request } from "playwright-core";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { freePort, startServerProcess } from "../crash/server-process.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { threadOf } from "../support/test-server.ts";
import { startWire } from "../support/wire.ts";
import { answers, answersRead, ended, newChat, questions, say, titles } from "./parts.ts";

const serve = testBrowser();
const lostConnection = /^(?:net::ERR_\w+|410) \/api\/v1\//;

/** An answer in two parts, the second when it is told. */
function inTwoParts(first: string, second: string) {
  const rest = Promise.withResolvers<void>();
  const steps = [
    { tokens: [first] },
    { wait: rest.promise },
    { tokens: [second] },
    { finish: "stop" },
    { done: true },
  ] as const;
  return { reply: { steps }, goOn: rest.resolve };
}

async function titlesAre(page: Page, ...wanted: readonly string[]): Promise<void> {
  let seen: readonly string[] = [];
  await until(
    () => `the list is ${wanted}, not ${seen}`,
    async () => {
      seen = await titles(page);
      return seen.join("\n") === wanted.join("\n");
    },
  );
}

const notReconnecting = (page: Page) => page.locator(".connection:empty").waitFor({ state: "attached" });
const reconnecting = (page: Page) =>
  page.getByRole("status").filter({ hasText: "Reconnecting" }).first().waitFor();

/** A window whose visibility the test decides. */
const visibility = `
  let state = "visible";
  Object.defineProperty(document, "visibilityState", { get: () => state });
  globalThis.setVisibility = (next) => {
    state = next;
    document.dispatchEvent(new Event("visibilitychange"));
  };`;
const setVisibility = (page: Page, state: "visible" | "hidden") =>
  page.evaluate(`setVisibility(${JSON.stringify(state)})`);
const icon = (page: Page) => page.locator("link[rel=icon]").getAttribute("href");

async function tabIs(page: Page, title: string, name: RegExp): Promise<void> {
  let seen = "";
  await until(
    () => `the tab is ${title} ${name}, not ${seen}`,
    async () => {
      const href = await icon(page);
      seen = `${await page.title()} ${href}`;
      return (await page.title()) === title && name.test(href ?? "");
    },
  );
}

test("a window", manyCases, async (t) => {
  const { open, as, upstream, url } = await serve(t);
  const ada = as("ada");
  const page = await open({ script: visibility, mayFail: /^(?:net::ERR_\w+|404|410) \/api\/v1\// });
  /** Begins a chat where there is no thread, as in a window of its own. */
  const emptied = async () => {
    await newChat(page);
    for (const { id } of await ada.get<{ id: string }[]>("/api/v1/threads"))
      await ada(`/api/v1/threads/${id}?permanent=true`, { method: "DELETE" });
    await titlesAre(page);
  };

  await t.test(
    "on a slow network an answer arrives whole, and the page can be used before it is all loaded",
    async () => {
      const words = Array.from({ length: 400 }, (_, index) => `bone${index} `);
      upstream.script(answer("Twenty-four."), {
        steps: [{ tokens: words }, { finish: "stop" }, { done: true }],
      });
      const thread = threadOf(await ada.say({ content: "How many ribs?" }));
      const devtools = await page.context().newCDPSession(page);
      await devtools.send("Network.enable");
      // Slow 3G, as browsers call it.
      const rate = (400 * 1024) / 8;
      await devtools.send("Network.emulateNetworkConditions", {
        offline: false,
        latency: 400,
        downloadThroughput: rate,
        uploadThroughput: rate,
      });
      await page.goto(`${url}/#/t/${thread}`);
      await answersRead(page, "Twenty-four.");
      await say(page, "Count them");
      await answersRead(page, "Twenty-four.", words.join(""));
      await ended(page);
      await devtools.detach(); // and the network is what it was
    },
  );

  await t.test(
    "what a script says, renames, archives and deletes stands in an open window at once",
    async () => {
      await emptied();
      upstream.script(answer("Twenty-four."), answer("Thirty-three."), answer("Two hundred and six."));
      const ribs = threadOf(await ada.say({ content: "How many ribs?" }));
      await titlesAre(page, "How many ribs?");
      const vertebrae = threadOf(await ada.say({ content: "How many vertebrae?" }));
      await titlesAre(page, "How many vertebrae?", "How many ribs?");

      await page.goto(`${url}/#/t/${ribs}`);
      await answersRead(page, "Twenty-four.");
      await ada.say({ content: "And bones?", thread_id: ribs });
      await answersRead(page, "Twenty-four.", "Two hundred and six.");
      await ada(`/api/v1/threads/${ribs}`, { method: "POST", json: { title: "On ribs" } });
      await page.getByRole("heading", { name: "On ribs", level: 1 }).waitFor();

      await ada(`/api/v1/threads/${vertebrae}`, { method: "DELETE" });
      await until("the archived one is gone", async () => (await titles(page)).join() === "On ribs");
    },
  );

  await t.test("a thread that is erased elsewhere says so where it is open", async () => {
    await emptied();
    upstream.script(answer("Twenty-four."));
    const thread = threadOf(await ada.say({ content: "How many ribs?" }));
    await page.goto(`${url}/#/t/${thread}`);
    await answersRead(page, "Twenty-four.");
    await ada(`/api/v1/threads/${thread}?permanent=true`, { method: "DELETE" });
    await page.getByRole("heading", { name: "This thread does not exist, or not for you." }).waitFor();
    await titlesAre(page);
  });

  await t.test("a window that the browser put to sleep is true again when it wakes", async () => {
    await emptied();
    const { reply, goOn } = inTwoParts("One bone. ", "Two bones.");
    upstream.script(reply, answer("Yes."));
    await say(page, "Count them");
    await answersRead(page, "One bone.");
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
    goOn();
    await ada.say({ content: "Meanwhile" });
    await devtools.send("Page.setWebLifecycleState", { state: "active" });
    await answersRead(page, "One bone. Two bones.");
    await titlesAre(page, "Meanwhile", "Count them");
    await devtools.detach();
    await ended(page);
  });

  await t.test(
    "the tab tells that an answer runs, and that it ended while nobody looked, until somebody looks",
    async () => {
      await emptied();
      const { reply, goOn } = inTwoParts("One bone. ", "Two bones.");
      upstream.script(reply, answer("Yes."));
      await say(page, "Count them");
      await answersRead(page, "One bone.");
      await tabIs(page, "… Count them · Skeleton", /mark-running/);
      await setVisibility(page, "hidden");
      goOn();
      await tabIs(page, "✓ Count them · Skeleton", /mark-finished/);
      const response = await page.request.get(new URL((await icon(page)) ?? "", page.url()).href);
      assert.equal(response.headers()["content-type"], "image/svg+xml");
      await setVisibility(page, "visible");
      await tabIs(page, "Count them · Skeleton", /mark-(?!running|finished)/);

      await say(page, "Is that all?");
      await answersRead(page, "One bone. Two bones.", "Yes.");
      await tabIs(page, "Count them · Skeleton", /mark-(?!running|finished)/);
      await ended(page);
    },
  );

  await t.test("a long answer is drawn in stretches that stand as one text", async () => {
    await emptied();
    const paragraph = `${"Bones are living tissue. ".repeat(30)}\n\n`;
    const text = Array.from(
      { length: 16 },
      (_, at) => `${at % 4 === 3 ? "## Joints\n\n" : ""}${paragraph}`,
    ).join("");
    upstream.script(answer(text));
    await say(page, "Tell me everything");
    await ended(page);
    await page.locator(".markdown.continuing p").first().waitFor();
    const gaps = (await page.evaluate(`
      [...document.querySelectorAll(".markdown p, .markdown h3")].map((block) => block.getBoundingClientRect())
        .map(({ top }, at, all) => at === 0 ? 0 : Math.round(top - all[at - 1].bottom)).slice(1)`)) as number[];
    assert.equal(gaps.length, 19);
    assert.deepEqual([...new Set(gaps)].toSorted(), [16, 24, 8].toSorted());
  });

  await t.test(
    "what the page is bound to ask is asked once, while its code is still on the way",
    async () => {
      await emptied();
      upstream.script(answer("Twenty-four."));
      const thread = threadOf(await ada.say({ content: "How many ribs?" }));
      await titlesAre(page, "How many ribs?");
      let held = true;
      const code = Promise.withResolvers<void>();
      await page.route("**/static/app.js", async (route) => {
        await code.promise;
        await route.continue();
      });
      const asked: string[] = [];
      page.on("request", (request) => {
        const path = request.url().slice(new URL(request.url()).origin.length);
        // Who is absent from the models is told with the list that was asked for last, so it is asked after that.
        if (/^\/api\/v1\/(?!.*(events|models\/absent))/.test(path))
          asked.push(`${held ? "early" : "late"} ${path}`);
      });
      await page.goto("about:blank");
      void page.goto(`${url}/#/t/${thread}`);
      await until("all is asked", () => asked.length >= 7);
      held = false;
      code.resolve();
      await answersRead(page, "Twenty-four.");
      await titlesAre(page, "How many ribs?");
      assert.deepEqual(
        asked.filter((request) => request.startsWith("late")),
        [],
      );
    },
  );
});

test("a window whose time the test decides, behind a wire", manyCases, async (t) => {
  const { open, upstream, as, url } = await serve(t);
  const wire = await startWire(url);
  t.after(wire.cut);
  const page = await open({
    through: wire.url,
    mayFail: lostConnection,
    script: visibility,
    clock: true,
  });

  await t.test(
    "a window that was offline goes on where it was, without a gap or a repeat, as soon as it can",
    async () => {
      const { reply, goOn } = inTwoParts("One bone. ", "Two bones.");
      upstream.script(reply, answer("Yes."));
      await say(page, "Count them");
      await answersRead(page, "One bone.");
      await answers(page).getByRole("paragraph").waitFor(); // dressed: all of the page has been loaded

      await page.context().setOffline(true);
      await wire.cut();
      goOn();
      await as("ada").say({ content: "Meanwhile" });
      // By now it tries every 5 to 10 s.
      for (let tries = 0; tries < 6; tries += 1) {
        const tried = page.waitForEvent("requestfailed");
        await page.clock.fastForward(10_000);
        await tried;
      }
      await reconnecting(page);
      await answersRead(page, "One bone.");

      await wire.mend();
      const back = performance.now();
      await page.context().setOffline(false);
      await answersRead(page, "One bone. Two bones.");
      await notReconnecting(page);
      assert.ok(performance.now() - back < 4_000, "it did not wait");
      await ended(page);
      await titlesAre(page, "Meanwhile", "Count them");
      assert.equal(await questions(page).count(), 1);
    },
  );

  await t.test(
    "a window that nobody sees keeps no connection, and still learns that its answer has ended",
    async () => {
      await newChat(page);
      const { reply, goOn } = inTwoParts("One bone. ", "Two bones.");
      upstream.script(reply);
      await say(page, "Count them");
      await answersRead(page, "One bone.");
      let streams = 0;
      const count = (request: Request) => {
        if (/\/events(\?|$)/.test(request.url())) streams += 1;
      };
      page.on("requestfailed", count);
      await setVisibility(page, "hidden");
      await page.clock.fastForward(21_000);
      await until("both streams were let go", () => streams === 2);
      page.off("requestfailed", count);
      goOn();
      await until("it asks for news", async () => {
        await page.clock.fastForward(10_000);
        return (await page.title()).startsWith("✓");
      });
      await setVisibility(page, "visible");
      await answersRead(page, "One bone. Two bones.");
      await ended(page);
      await tabIs(page, "Count them · Skeleton", /mark-(?!running|finished)/);
    },
  );

  await t.test(
    "a computer that slept finds its connections dead without being told, and goes on from there",
    async () => {
      await newChat(page);
      const before = ["Count them", "Meanwhile", "Count them"];
      await titlesAre(page, ...before);
      const { reply, goOn } = inTwoParts("One bone. ", "Two bones.");
      upstream.script(reply, answer("Yes."));
      await say(page, "Count again");
      await answersRead(page, "One bone.");
      await answers(page).getByRole("paragraph").waitFor(); // dressed: all of the page has been loaded

      wire.hush();
      goOn();
      await as("ada").say({ content: "Meanwhile again" });
      await answersRead(page, "One bone.");
      await page.clock.fastForward("08:00:00"); // a night: each timer that was due in it goes off once
      await until("it is back", async () => {
        await page.clock.fastForward(25_000); // what went out over another dead connection is given up
        return (await titles(page)).length === before.length + 2;
      });
      await answersRead(page, "One bone. Two bones.");
      await titlesAre(page, "Meanwhile again", "Count again", ...before);
      await ended(page);
      assert.equal(await questions(page).count(), 1);
    },
  );
});

/** The server in a process of its own behind a wire, with the same users and the same upstream. */
async function serveKillable(t: TestContext) {
  let end = async () => {};
  t.after(() => end()); // before what `serve` does after the test, which may fail it
  const { open, upstream, dataPath } = await serve(t);
  const folder = mkdtempSync(join(tmpdir(), "skeleton-live-"));
  mkdirSync(join(folder, "plugins"));
  writeFileSync(join(folder, "skeleton.yaml"), "turns:\n  checkpoint_ms: 50\n");
  copyFileSync(join(dataPath, "users.yaml"), join(folder, "users.yaml"));
  const at = { folder, port: await freePort(), upstream: upstream.url };
  let server = await startServerProcess(at);
  const wire = await startWire(server.url);
  end = async () => {
    await wire.cut();
    await server.kill();
    rmSync(folder, { recursive: true });
  };
  return {
    ...{ upstream, wire },
    /** Waits until this, which a turn has said, is on the disk. */
    async kept(said: string): Promise<void> {
      const database = new DatabaseSync(join(folder, "skeleton.db"), { readOnly: true, timeout: 5_000 });
      const found = database.prepare(
        `select 1 from "store.running_turns.items" where instr(item, ?) > 0 limit 1`,
      );
      await until(`"${said}" is kept`, () => found.get(said) !== undefined);
      database.close();
    },
    kill: () => server.kill(),
    startAgain: async () => {
      server = await startServerProcess(at);
    },
    open: () => open({ through: wire.url, mayFail: lostConnection }),
  };
}

test("a server that was killed", manyCases, async (t) => {
  const { open, upstream, wire, kept, kill, startAgain } = await serveKillable(t);
  const here = await open();

  await t.test(
    "once it is started again it shows the answer as far as it came, in every window",
    async () => {
      const { reply } = inTwoParts("One bone. ", "Two bones.");
      upstream.script(reply, answer("Yes."));
      await say(here, "Count them");
      await answersRead(here, "One bone.");
      const there = await open();
      await there.goto(here.url());
      await answersRead(there, "One bone.");
      for (const page of [here, there]) await answers(page).getByRole("paragraph").waitFor(); // dressed: all of it is loaded
      await kept("One bone.");

      await kill();
      await reconnecting(here);
      await startAgain();
      for (const page of [here, there]) {
        await page.getByText("Stopped before the end.").waitFor();
        await answersRead(page, "One bone.");
        await notReconnecting(page);
        await ended(page);
      }
      await say(here, "Is that all?");
      await answersRead(here, "One bone.", "Yes.");
      await answersRead(there, "One bone.", "Yes.");
      await ended(here);
      await there.close();
    },
  );

  await t.test(
    "when it has forgotten what a window saw last, the window loads everything again",
    async () => {
      await newChat(here);
      upstream.script(answer("Twenty-four."));
      await say(here, "How many ribs?");
      await answersRead(here, "Twenty-four.");
      await ended(here);
      const thread = new URL(here.url()).hash.slice("#/t/".length);

      await wire.cut();
      await kill();
      await startAgain();
      await wire.mend();
      // Another window renames it before this one is back: news that the first never hears.
      await here.evaluate(
        (path) =>
          fetch(path, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: '{"title":"On ribs"}',
          }),
        `/api/v1/threads/${thread}`,
      );
      await titlesAre(here, "On ribs", "Count them");
      await here.getByRole("heading", { name: "On ribs", level: 1 }).waitFor();
    },
  );
});
