import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { until } from "../../src/testkit/until.ts";
import { manyCases, testBrowser } from "../support/browser.ts";
import { client, startOidcProvider } from "../support/oidc-provider.ts";
import { passwordOf } from "../support/test-server.ts";
import { account, composer } from "./parts.ts";

const serve = testBrowser();

/** A sign-in that fails, calls of a window whose session is over, and the stream of news that the server cuts then. */
const endsWithItsSession =
  /^401 \/(?:api\/v1\/|login$)|^net::ERR_INCOMPLETE_CHUNKED_ENCODING \/api\/v1\/events$/;

async function enter(page: Page, name: string, password: string, button: string): Promise<void> {
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: button }).click();
}

test("a session begins, is lost, and ends", manyCases, async (t) => {
  const { open, as, url } = await serve(t);
  const page = await open({ user: null, mayFail: endsWithItsSession });

  await t.test(
    "a wrong password is told in place, the right one opens the page, and a reload keeps it open",
    async () => {
      const place = async () => (await page.getByLabel("Password").boundingBox())?.y;
      const before = await place();
      await enter(page, "ada", "not the password", "Sign in");
      await page.getByRole("alert").filter({ hasText: "Name or password is wrong." }).waitFor();
      assert.equal(await page.getByLabel("User name").inputValue(), "ada");
      assert.equal(await place(), before, "what is told moves nothing");

      await enter(page, "ada", passwordOf("ada"), "Sign in");
      await composer(page).waitFor();
      await page.reload();
      await composer(page).waitFor();
      assert.equal(await page.locator(".user-name").textContent(), "ada");
    },
  );

  await t.test(
    "a session that ended elsewhere asks to sign in, and what was typed is still there afterwards",
    async () => {
      await composer(page).fill("a thought half put into words");
      const [cookie] = await page.context().cookies();
      const headers = { authorization: `Bearer ${cookie?.value}` };
      assert.equal((await fetch(`${url}/logout`, { method: "POST", headers })).status, 200);
      await composer(page).press("Enter");
      await page.getByRole("button", { name: "Sign in" }).waitFor();

      await enter(page, "ada", passwordOf("ada"), "Sign in");
      await until("the text is in the composer", async () => {
        return (await composer(page).inputValue()) === "a thought half put into words";
      });
      assert.deepEqual(await as("ada").get("/api/v1/threads"), []);
    },
  );

  await t.test(
    "signing out ends the session on the server, in every window of this browser, and forgets what was typed",
    async () => {
      const other = await page.context().newPage();
      await other.goto(`${url}/`);
      await composer(other).waitFor();
      await composer(page).fill("nobody else's business");
      const [cookie] = await page.context().cookies();
      assert.equal(cookie?.httpOnly, true);
      assert.equal(cookie?.sameSite, "Strict");

      await account(page).click();
      await page.getByRole("button", { name: "Sign out", exact: true }).click();
      await page.getByRole("button", { name: "Sign in" }).waitFor();
      const headers = { cookie: `${cookie?.name}=${cookie?.value}` };
      assert.equal((await fetch(`${url}/api/v1/me`, { headers })).status, 401);
      assert.equal(await page.evaluate("JSON.stringify({ ...sessionStorage })"), "{}");

      await other.getByRole("button", { name: "Sign in" }).waitFor();
      await until("nothing of it is left", async () => (await other.locator(".workspace").count()) === 0);
    },
  );
});

test("the one-time link of a server without users makes the first admin and signs in, and works once", async (t) => {
  const { open, app } = await serve(t, { users_filename: "nobody-yet.yaml" });
  const page = await open({ user: null, mayFail: /^(?:400|422|403) \/api\/v1\/setup$/ });
  await page.getByText("There is no account here yet.").waitFor();

  const secret = await (await app.host.get("auth")).setup?.secret();
  await page.goto(`${app.url}/#/setup/${secret}`);
  await enter(page, "eve", "short", "Create the account");
  await page.getByRole("alert").filter({ hasText: "at least 8 characters" }).waitFor();
  await enter(page, "eve", "long enough for anybody", "Create the account");
  await composer(page).waitFor();
  assert.doesNotMatch(page.url(), /setup/);
  const me = await page.context().request.get(`${app.url}/api/v1/me`);
  const { username, role } = (await me.json()) as Record<string, unknown>;
  assert.deepEqual({ username, role }, { username: "eve", role: "admin" });

  const late = await open({ user: null, at: `#/setup/${secret}` });
  await late.getByRole("heading", { name: "There is an account already." }).waitFor();
  await late.getByRole("link", { name: "Go to sign in" }).click();
  await late.getByRole("button", { name: "Sign in" }).waitFor();
});

test("whoever has an account elsewhere comes in by way of it, and is where they wanted to be", async (t) => {
  const provider = await startOidcProvider();
  const folder = mkdtempSync(join(tmpdir(), "skeleton-oidc-"));
  t.after(async () => {
    await provider.close();
    rmSync(folder, { recursive: true });
  });
  mkdirSync(join(folder, "pages"));
  const plugin = fileURLToPath(new URL("../../plugin-library/pages/oidc.ts", import.meta.url));
  symlinkSync(plugin, join(folder, "pages", "oidc.ts"));
  Object.assign(process.env, {
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: client.id,
    OIDC_CLIENT_SECRET: client.secret,
    OIDC_TITLE: "Example",
  });
  const { open } = await serve(t, { plugins_path: folder });
  const page = await open({
    user: null,
    at: "#/t/no-such-thread",
    mayFail: /^403 \/_plugin\/oidc\/callback$|^404 \/(api\/v1\/threads\/no-such-thread|favicon\.ico)/,
    mayAsk: new RegExp(`^${provider.issuer}/`),
  });
  const way = page.getByRole("navigation", { name: "Other ways to sign in" });
  const link = way.getByRole("link", { name: "Sign in with Example" });
  await link.click();
  await page.getByRole("alert").filter({ hasText: "Example did not sign you in." }).waitFor();

  provider.person = { claims: { sub: "1", preferred_username: "grace" } };
  await page.goBack();
  await link.click();
  await page.locator(".user-name").getByText("grace").waitFor();
  assert.equal(await page.evaluate("location.pathname + location.hash"), "/#/t/no-such-thread");
});
