import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, refusal } from "../../src/testkit/scripted-reply.ts";
import { testBrowser } from "../support/browser.ts";
import { passwordOf } from "../support/test-server.ts";

const serve = testBrowser();

test("the page speaks the browser's language where it knows it", async (t) => {
  const { open } = await serve(t);
  const page = await open({ user: null, locale: "de-AT", mayFail: /^401 \/login$/ });
  await page.getByLabel("Benutzername").fill("ada");
  await page.getByLabel("Passwort").fill("falsch");
  await page.getByRole("button", { name: "Anmelden" }).click();
  await page.getByRole("alert").filter({ hasText: "Name oder Passwort ist falsch." }).waitFor();
  const html = page.locator("html");
  assert.deepEqual([await html.getAttribute("lang"), await html.getAttribute("dir")], ["de", "ltr"]);

  const french = await open({ user: null, locale: "fr-FR" });
  await french.getByRole("button", { name: "Sign in" }).waitFor();
});

test("another language is chosen in place, holds at once and for the next time", async (t) => {
  const { open } = await serve(t);
  const page = await open();
  await page.getByRole("button", { name: "Account of ada" }).click();
  await page.getByRole("radio", { name: "Deutsch" }).check();
  await page.getByRole("group", { name: "Sprache" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
  await page.getByRole("button", { name: "Tastenkürzel" }).click();
  await page.getByText("Umschalt").first().waitFor();

  await page.reload();
  await page.getByRole("button", { name: "Konto von ada" }).click();
  await page.getByRole("radio", { name: "English" }).check();
  await page.getByRole("group", { name: "Language" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
});

test("a language that cannot be loaded leaves a page that works, in English", async (t) => {
  const { open } = await serve(t);
  const page = await open({
    user: null,
    locale: "de-DE",
    mayFail: /^net::ERR_FAILED \/static\//,
    script: "0",
  });
  await page.route(/static\/words-/, (route) => route.abort());
  await page.reload();
  await page.getByLabel("User name").fill("ada");
  await page.getByLabel("Password").fill(passwordOf("ada"));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Account of ada" }).waitFor();
});

test("what goes wrong is told in the reader's language, with the server's own words where only they tell", async (t) => {
  const { open, upstream, as } = await serve(t, {
    rate_limits: { enabled: true, message: { points: 3, seconds: 60 } },
  });
  upstream.script(refusal(400, "The furnace is out."), { stall: true }, answer("Gern."));
  await as("ada").say({ content: "Zu früh" });
  const page = await open({ locale: "de-DE", mayFail: /^(?:404|429) \/api\/v1\// });
  await page.getByRole("navigation").getByText("Zu früh").click();
  const alert = page.getByRole("alert");
  await alert
    .filter({ hasText: "hat die Anfrage abgelehnt" })
    .filter({ hasText: "The furnace is out." })
    .waitFor();
  await page.getByRole("button", { name: "Erneut versuchen" }).click();
  await page.getByRole("button", { name: "Anhalten (Esc)" }).click();
  await page.getByText("Angehalten.").waitFor();
  await as("ada").say({ content: "noch eine" });
  await page.getByRole("textbox", { name: "Nachricht" }).fill("Und noch eine");
  await page.keyboard.press("Enter");
  await alert.filter({ hasText: "Zu viele Nachrichten in kurzer Zeit." }).waitFor();
});
