import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { until } from "../../src/testkit/until.ts";
import { testBrowser } from "../support/browser.ts";
import { passwordOf } from "../support/test-server.ts";
import { composer, sidebar } from "./parts.ts";

const serve = testBrowser();

const files: Readonly<Record<string, string>> = {
  "notes/index.ts": `export default {
    name: "notes", static: "files", sidebar: { title: "Notes", icon: "book" },
    routes(server) { server.get("/who", async (request) => ({ user: request.session.user.username })); },
  };`,
  "notes/files/index.html": `<!doctype html><html lang="en"><title>Notes</title><link rel="icon" href="data:,">
    <h1>Nobody yet</h1><script src="/static/app.js"></script><script>document.title = "inline"</script><script src="own.js"></script>`,
  "notes/files/own.js": `const who = await (await fetch("who")).json();
    document.querySelector("h1").textContent = "Notes of " + who.user + document.cookie;`.replace(
    /^(.*)$/s,
    "(async () => { $1 })();",
  ),
  "usage.ts": `export default { name: "usage", sidebar: { title: "Usage of the last weeks, by model and by person" },
    routes(server) { server.get("/", async () => "usage"); } };`,
};

const folder = mkdtempSync(join(tmpdir(), "skeleton-pages-"));
after(() => rmSync(folder, { recursive: true }));
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, "pages", path)), { recursive: true });
  writeFileSync(join(folder, "pages", path), text);
}

/** Of pages, in the left column. */
const list = "Pages";

test("whoever opens a page's address signs in and is there, and its entry opens it in a tab of its own", async (t) => {
  const { open, url } = await serve(t, { plugins_path: folder });
  // Of the page's three scripts two are refused, and a refusal is an error in the console.
  const at = "_plugin/notes?from=a%20mail";
  const page = await open({ user: null, at, mayLog: /Content Security Policy/ });
  await page.getByLabel("User name").fill("bob");
  await page.getByLabel("Password").fill(passwordOf("bob"));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Notes of bob", exact: true }).waitFor();
  assert.equal(page.url(), `${url}/_plugin/notes/?from=a%20mail`);
  assert.equal(await page.title(), "Notes", "the script in the HTML did not run");

  await page.goto(`${url}/`);
  const entries = sidebar(page).getByRole("list", { name: list });
  const entry = entries.getByRole("link", { name: "Notes", exact: true });
  const [tab] = await Promise.all([page.context().waitForEvent("page"), entry.click()]);
  await tab.getByRole("heading", { name: "Notes of bob", exact: true }).waitFor();
  assert.equal(await tab.evaluate("window.opener"), null);
  assert.equal(await entries.getByRole("link").count(), 2);
  await composer(page).waitFor();
});

test("where there are no pages, nothing is shown", async (t) => {
  const { open } = await serve(t);
  const page = await open();
  await composer(page).waitFor();
  await until("the page has been told so", () =>
    page.evaluate(`performance.getEntriesByType("resource").some(({ name, responseEnd }) =>
      name.endsWith("/plugins/pages") && responseEnd > 0)`),
  );
  assert.equal(await sidebar(page).count(), 1);
  assert.equal(await sidebar(page).getByRole("list", { name: list }).count(), 0);
});
