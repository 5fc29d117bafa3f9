import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../src/testkit/until.ts";
import { axeFaults } from "../support/axe.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { button } from "./parts.ts";

const serve = testBrowser();

test("an API key is made in the page, shown once, used, and revoked in place", manyCases, async (t) => {
  const { open, as, url } = await serve(t);
  const page = await open();
  const sound = async () => {
    assert.deepEqual(await axeFaults(page), []);
  };
  let secret = "";

  await t.test("the account menu leads there; there are none yet", async () => {
    await button(page, "Account of ada").click();
    await page.getByRole("link", { name: "API keys" }).click();
    await page.getByText("There are no keys yet.").waitFor();
    await page.locator("h1:focus").getByText("API keys").waitFor();
    assert.equal(await page.title(), "API keys · Skeleton");
  });

  await t.test("what is wrong is told in place, with the focus on it", async () => {
    await button(page, "New key").click();
    const name = page.getByRole("textbox", { name: "Name" });
    await page.keyboard.press("Enter");
    await page.getByText("A key needs a name.").waitFor();
    await name.and(page.locator("[aria-invalid=true]:focus")).waitFor();
    await name.fill("nightly");
    await page.getByRole("checkbox", { name: /^Chat/ }).uncheck();
    await page.getByRole("checkbox", { name: /^Read/ }).uncheck();
    await page.getByRole("textbox", { name: "At most so many calls" }).fill("many");
    await page.keyboard.press("Enter");
    await page.getByText("A key needs to be allowed something.").waitFor();
    await page.getByText("A whole number from 1 to 1,000,000.").waitFor();
    await sound();
  });

  await t.test("it is shown this once, and does what it may", async () => {
    await page.getByRole("checkbox", { name: /^Read/ }).check();
    await page.getByRole("textbox", { name: "At most so many calls" }).fill("100");
    await page.getByRole("textbox", { name: "Models" }).fill("beta-.*");
    await page.getByRole("combobox", { name: "Holds for" }).selectOption("30 days");
    await button(page, "New key").click();
    secret = await page.getByRole("textbox", { name: "The key" }).inputValue();
    await page.getByText("100 calls in 60 s · beta-.*").waitFor();
    await sound();
    const asked = await fetch(`${url}/api/v1/threads`, { headers: { authorization: `Bearer ${secret}` } });
    assert.equal(asked.status, 200);
    await until("its use is noted", async () => {
      const [key] = await as("ada").get<{ last_used_at: string | null }[]>("/api/v1/keys");
      return key?.last_used_at !== null;
    });
    await button(page, "I have it").click();
    await button(page, "New key").and(page.locator(":focus")).waitFor();
    assert.equal(await page.getByText(secret).count(), 0);
    await page.reload();
    await page.getByText(/^Read · until .* · last used /).waitFor();
    assert.doesNotMatch(await page.content(), new RegExp(secret.slice(-43)));
  });

  await t.test("revoking asks first, with the focus where nothing happens", async () => {
    await button(page, "Revoke “nightly”").click();
    await page.locator("button:focus", { hasText: "Cancel" }).waitFor();
    await page.keyboard.press("Escape");
    await button(page, "Revoke “nightly”").and(page.locator(":focus")).waitFor();
    assert.equal((await as("ada").get<unknown[]>("/api/v1/keys")).length, 1);
    await button(page, "Revoke “nightly”").click();
    // On a slow machine the list comes without the key before the page is done with revoking it.
    const machine = await page.context().newCDPSession(page);
    await machine.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await button(page, "Revoke").click();
    await page.getByText("“nightly” is revoked.").waitFor();
    await page.locator("h1:focus").waitFor();
    await page.getByText("There are no keys yet.").waitFor();
    await machine.detach();
    await until("the key has ended", async () => {
      const { status } = await fetch(`${url}/api/v1/me`, { headers: { authorization: `Bearer ${secret}` } });
      return status === 401;
    });
  });

  await t.test("a new chat is one click away", async () => {
    await page.getByRole("link", { name: "New chat" }).first().click();
    await page.getByRole("heading", { name: "What is on your mind?" }).waitFor();
  });
});
