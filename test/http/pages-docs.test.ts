import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkTypes } from "../../src/cli/check-types.ts";
import { pageIcons } from "../../src/host/page-fault.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const page = readFileSync(new URL("../../docs/pages.md", import.meta.url), "utf8");
const source = fileURLToPath(new URL("../../src/", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "skeleton-docs-"));

/** Each begins with a comment that names its file. */
const snippets = [...page.matchAll(/```\w+\n(?:\/\/|\/\*|<!--) (\S+)(?: \*\/| -->)?\n(.*?)```/gs)].map(
  ([, path = "", text = ""]) => ({ file: join(scratch, path), text }),
);

let server: TestServer;
before(async () => {
  for (const { file, text } of snippets) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text.replace(/(?:\.\.\/)+src\//, source));
  }
  server = await startTestServer({ plugins_path: join(scratch, "plugins") });
});
after(async () => {
  await server.close();
  rmSync(scratch, { recursive: true });
});

test("every snippet of the page on pages names its file", () => {
  assert.equal(snippets.length, [...page.matchAll(/^```\w/gm)].length);
});

test("its snippets fit the contract", async () => {
  const files = snippets.map(({ file }) => file).filter((file) => file.endsWith(".ts"));
  assert.equal(files.length, 3);
  for (const file of files) assert.equal(await checkTypes(file), "fit");
});

test("its first page shows the titles of whoever opens it", async () => {
  await server.as("bob").say({ content: "Bob's own" });
  assert.deepEqual(await server.as("bob").get("/_plugin/titles/data"), { titles: ["Bob's own"] });
  assert.deepEqual(await server.as("ada").get("/_plugin/titles/data"), { titles: [] });
  assert.match(await (await server.as("bob")("/_plugin/titles/")).text(), /src="page\.js"/);
  assert.match(await (await server.as("bob")("/_plugin/titles/page.js")).text(), /fetch\("data"\)/);
  const listed = await server.as("bob").get("/api/v1/plugins/pages");
  assert.deepEqual(listed, [{ name: "titles", path: "/_plugin/titles/", title: "Titles", icon: "list" }]);
});

test("its page for admins has a route for everybody", async () => {
  assert.equal((await server.as("bob")("/_plugin/status/")).status, 403);
  const { stores } = await server.as("ada").get<{ stores: string[] }>("/_plugin/status/");
  assert.ok(stores.includes("threads"));
  assert.equal(await (await server.as(null)("/_plugin/status/alive")).text(), "yes");
});

test("its page that signs people in is on the sign-in form, and gives a browser its session", async () => {
  const { sign_in: ways } = await server.as(null).get<{ sign_in: unknown }>("/api/v1/setup");
  assert.deepEqual(ways, [{ title: "your badge", path: "/_plugin/badge/" }]);
  assert.match(await (await server.as(null)("/_plugin/badge/?then=%23%2F")).text(), /name="badge"/);
  const show = (badge: string) =>
    server.as(null)("/_plugin/badge/", { method: "POST", form: { badge }, redirect: "manual" });
  assert.equal((await show("__proto__")).status, 403);
  const answer = await show("badge-0815");
  assert.equal(answer.headers.get("location"), "/");
  const [cookie = "", ...attributes] = (answer.headers.get("set-cookie") ?? "").split("; ");
  assert.deepEqual(attributes, ["Max-Age=86400", "Path=/", "HttpOnly", "SameSite=Strict"]);
  const me = await server.as(null)("/api/v1/me", { headers: { cookie } });
  assert.equal(((await me.json()) as { username: string }).username, "grace");
});

test("its page instead of the chat is there with its style", async () => {
  assert.match(await (await server.as(null)("/")).text(), /<h1>Ask<\/h1>/);
  assert.match(await (await server.as(null)("/static/ask.css")).text(), /font-weight: 600/);
});

test("it names every icon", () => {
  for (const icon of pageIcons) assert.ok(page.includes(`\`${icon}\``), icon);
});
