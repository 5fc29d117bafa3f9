import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, refusal } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { passwordOf } from "../support/test-server.ts";

const serve = testBrowser();

test("the browser's language", manyCases, async (t) => {
  const { open, upstream, as } = await serve(t, {
    rate_limits: { enabled: true, message: { points: 3, seconds: 60 } },
  });
  const page = await open({
    user: null,
    locale: "de-AT",
    mayFail: /^(?:401 \/login|(?:404|429) \/api\/v1\/.*)$/,
  });
  const french = await open({ user: null, locale: "fr-FR" });

  await t.test("the page speaks it where it knows it", async () => {
    await page.getByLabel("Benutzername").fill("ada");
    await page.getByLabel("Passwort").fill("falsch");
    await page.getByRole("button", { name: "Anmelden" }).click();
    await page.getByRole("alert").filter({ hasText: "Name oder Passwort ist falsch." }).waitFor();
    const html = page.locator("html");
    assert.deepEqual([await html.getAttribute("lang"), await html.getAttribute("dir")], ["de", "ltr"]);

    await french.getByRole("button", { name: "Sign in" }).waitFor();
  });

  await t.test(
    "what goes wrong is told in the reader's language, with the server's own words where only they tell",
    async () => {
      upstream.script(refusal(400, "The furnace is out."), { stall: true }, answer("Gern."));
      await as("ada").say({ content: "Zu früh" });
      await page.getByLabel("Passwort").fill(passwordOf("ada"));
      await page.getByRole("button", { name: "Anmelden" }).click();
      await page.getByRole("navigation").getByText("Zu früh").click();
      const alert = page.getByRole("alert");
      await alert
        .filter({ hasText: "hat die Anfrage abgelehnt" })
        .filter({ hasText: "The furnace is out." })
        .waitFor();
      const asked = upstream.requests.length;
      await page.getByRole("button", { name: "Erneut versuchen" }).click();
      await until("the model was asked again", () => upstream.requests.length > asked); // else another gets its silence
      await page.getByRole("button", { name: "Anhalten (Esc)" }).click();
      await page.getByText("Angehalten.").waitFor();
      await page.getByRole("button", { name: "Senden (Eingabe)" }).waitFor(); // before, Enter would send nothing
      await as("ada").say({ content: "noch eine" });
      await page.getByRole("textbox", { name: "Nachricht" }).fill("Und noch eine");
      await page.keyboard.press("Enter");
      await alert.filter({ hasText: "Zu viele Nachrichten in kurzer Zeit." }).waitFor();
    },
  );

  await t.test("another language is chosen in place, holds at once and for the next time", async () => {
    await french.getByLabel("User name").fill("ada");
    await french.getByLabel("Password").fill(passwordOf("ada"));
    await french.getByRole("button", { name: "Sign in" }).click();
    await french.getByRole("button", { name: "Account of ada" }).click();
    await french.getByRole("radio", { name: "Deutsch" }).check();
    await french.getByRole("group", { name: "Sprache" }).waitFor();
    assert.equal(await french.locator("html").getAttribute("lang"), "de");
    await french.getByRole("button", { name: "Tastenkürzel" }).click();
    await french.getByText("Umschalt").first().waitFor();

    await french.reload();
    await french.getByRole("button", { name: "Konto von ada" }).click();
    await french.getByRole("radio", { name: "English" }).check();
    await french.getByRole("group", { name: "Language" }).waitFor();
    assert.equal(await french.locator("html").getAttribute("lang"), "en");
  });

  await t.test("a language that cannot be loaded leaves a page that works, in English", async () => {
    const lost = await open({
      user: null,
      locale: "de-DE",
      mayFail: /^net::ERR_FAILED \/static\//,
      absent: "**/static/words-*",
    });
    await lost.getByLabel("User name").fill("ada");
    await lost.getByLabel("Password").fill(passwordOf("ada"));
    await lost.getByRole("button", { name: "Sign in" }).click();
    await lost.getByRole("button", { name: "Account of ada" }).waitFor();
  });
});
