import assert from "node:assert/strict";
import { test } from "node:test";
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
