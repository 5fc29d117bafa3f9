import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { calling, guardedTools } from "../support/guarded-tools.ts";
import { answers, answersRead, button, ended, newChat, say } from "./parts.ts";

const serve = testBrowser();

const question = (page: Page, tool: string) =>
  answers(page).getByRole("group", { name: new RegExp(`^The model wants to use ${tool}\\.`) });

test("what a running tool asks", manyCases, async (t) => {
  const { open, upstream } = await serve(t, { plugins_path: guardedTools(t) });
  const here = await open({ mayFail: /^410 /, mayLog: /410/ });

  await t.test(
    "a call that needs a yes asks in every window, by keyboard, until one of them answers",
    async () => {
      upstream.script(
        calling("call_1", "send", { to: "bob", text: "Hello" }),
        calling("call_2", "send", { to: "eve" }),
        calling("call_3", "look", { at: "ribs" }),
        answer("Done."),
      );
      await say(here, "Tell them");
      await question(here, "send").waitFor();
      assert.equal(await here.title(), "? Tell them · Skeleton");
      const there = await open({ at: new URL(here.url()).hash });
      await question(there, "send").waitFor();
      assert.match((await there.getByRole("alert").textContent()) ?? "", /wants to use send\. Allow it\?/);
      assert.match(await question(there, "send").innerText(), /"text": "Hello"/);

      // Allowed by keyboard: whoever pressed the button goes on at the call's line.
      await question(there, "send").getByRole("button", { name: "Allow", exact: true }).press("Enter");
      await question(here, "send").getByText('"to": "eve"').waitFor();
      const line = answers(there).getByRole("button", { name: /^send bob done/ });
      await line.waitFor();
      assert.equal(await line.and(there.locator(":focus")).count(), 1);

      await question(here, "send").getByRole("button", { name: "Don't allow" }).click();
      await question(there, "look").waitFor();
      await answers(there).getByRole("button", { name: "send eve not allowed" }).waitFor();
      assert.match(await question(there, "look").innerText(), /Allow it in this whole chat\?/);
      await question(there, "look").getByRole("button", { name: "Allow", exact: true }).click();
      for (const page of [here, there]) {
        await answersRead(page, "Done.");
        await ended(page);
        assert.equal(await page.getByRole("group").count(), 0);
      }

      // As history it reads the same.
      await there.reload();
      await answers(there).getByRole("button", { name: "send eve not allowed" }).waitFor();
      await there.close();
    },
  );

  await t.test("stopping the answer takes the question away", async () => {
    upstream.script(calling("call_1", "send", { to: "bob" }));
    await newChat(here);
    await say(here, "Tell them");
    await question(here, "send").waitFor();
    await button(here, "Stop (Esc)").click();
    await answers(here).getByRole("button", { name: "send bob not finished" }).waitFor();
    assert.equal(await question(here, "send").count(), 0);
  });

  await t.test(
    "a turn that goes on after its server started again stands there once, and goes on",
    async () => {
      upstream.script(calling("call_1", "send", { to: "bob" }), answer("Sent."));
      await newChat(here);
      let connections = 0;
      await here.route("**/api/v1/turns/*/events*", async (route) => {
        connections += 1;
        const data = (event: string, more: object) =>
          JSON.stringify({ event, data: { timestamp: "2026-01-01T00:00:00.000Z", ...more } });
        const begin = data("thread_id", { thread_id: "t", turn_id: "u" });
        const words = data("message_tokens", { content: "Of another life. ", model: "m" });
        // The first connection breaks off, the second is told that what it knows is gone.
        if (connections === 1)
          return route.fulfill({
            contentType: "text/event-stream",
            body: `id: 1\ndata: ${begin}\n\nid: 2\ndata: ${words}\n\n`,
          });
        if (connections === 2) return route.fulfill({ status: 410, json: { detail: "It is gone." } });
        return route.fallback();
      });
      await say(here, "Tell them");
      await question(here, "send").waitFor();
      assert.equal(connections, 3);
      assert.equal(await answers(here).getByText("Of another life.").count(), 0);
      await question(here, "send").getByRole("button", { name: "Allow", exact: true }).click();
      await answersRead(here, "Sent.");
      await ended(here);
      await here.unroute("**/api/v1/turns/*/events*");
    },
  );

  await t.test(
    "a running tool's form is filled in where it stands, and outlives a reload; a call is edited before it runs",
    async () => {
      upstream.script(
        calling("call_1", "book", {}),
        calling("call_2", "send", { to: "bob" }),
        answer("Done."),
      );
      await newChat(here);
      await say(here, "A table, please");
      const form = answers(here).getByRole("group", {
        name: "The MCP server inn asks you, for its tool book:",
      });
      await form.getByText("A table for today?").waitFor();
      await here.reload();
      await form.getByText("Never enter passwords").waitFor();
      await form.getByRole("button", { name: "Send", exact: true }).click();
      await form.getByText("Fill this in.").waitFor();
      const seats = form.getByLabel("Seats", { exact: true });
      assert.equal(await seats.and(here.locator(":focus")).count(), 1);
      await seats.fill("9");
      await form.getByText("At most 8.").waitFor();
      await seats.fill("3");
      await form.getByLabel("Where (optional)").selectOption("Outside");
      await form.getByRole("switch", { name: "Send me the menu" }).press("Space");
      await seats.press("Enter");
      await answers(here).getByRole("button", { name: /^book/ }).and(here.locator(":focus")).waitFor();

      await question(here, "send").getByRole("button", { name: "Edit" }).click();
      const editor = question(here, "send").getByLabel("Arguments");
      await editor.fill('{"to": ');
      await question(here, "send").getByText("This is no JSON object.").waitFor();
      await editor.fill('{"to": "eve"}');
      await question(here, "send").getByRole("button", { name: "Allow with these" }).click();
      await answersRead(here, "Done.");
      await ended(here);
      await here.reload();
      await answers(here)
        .getByRole("button", { name: /^send eve done/ })
        .click();
      await answers(here).getByText("The user changed the arguments").waitFor();
      await answers(here).getByRole("button", { name: /^book/ }).click();
      await answers(here).getByText('"where":"out"').first().waitFor();
    },
  );
});
