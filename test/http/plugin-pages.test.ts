import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request as rawRequest } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { passwordOf, startTestServer, type TestServer } from "../support/test-server.ts";

const files: Readonly<Record<string, string>> = {
  "notes/index.ts": `export default {
    name: "notes", static: "files", sidebar: { title: "Notes", icon: "book" },
    routes(server, host) {
      server.get("/who", async (request) => ({ user: request.session.user.username }));
      server.post("/who", async (request) => ({ user: request.session.user.username }));
      server.get("/open", { config: { access: "public" } }, async () => ({ open: true }));
      server.get("/models", async () => ({ models: (await (await host.get("model")).listModels()).length > 0 }));
    },
  };`,
  "notes/files/index.html": `<!doctype html><title>Notes</title><script src="own.js"></script>`,
  "notes/files/own.js": "document.title = 'ran'",
  "notes/files/50% off.txt": "cheap",
  "notes/files/deep/index.html": "deeper",
  "notes/files/.env": "SECRET=1",
  "notes/files/.git/config": "secret",
  "open.ts": `export default { name: "open", access: "public", routes: (server) => server.get("/", async () => "for all") };`,
  "boss.ts": `export default { name: "boss", access: "admin", sidebar: { title: "Boss" },
    routes: async (server) => { server.get("/", async () => "for admins"); } };`,
  "quiet.ts": `export default { name: "quiet", routes: (server) => server.get("/", async () => "unlisted") };`,
  "half.ts": `export default { name: "half", routes: async (server) => {
    server.get("/", async () => "half"); throw new Error("the other half"); } };`,
  "twice.ts": `export default { name: "twice", sidebar: { title: "Twice" }, routes: (server) => {
    server.get("/a", async () => 1); server.get("/a", async () => 1); } };`,
  "nested.ts": `export default { name: "nested", routes: (server) => {
    server.register(async () => { throw new Error("inside"); }); } };`,
  "late.ts": `export default { name: "late", routes: (server) => {
    server.addHook("onReady", async () => { throw new Error("at last"); }); } };`,
  "schema.ts": `export default { name: "schema", routes: (server) => {
    server.get("/", { schema: { response: { 200: { type: "nothing known" } } } }, async () => 1); } };`,
  "typo.ts": `export default { name: "typo", routes: (server) => {
    server.get("/", { config: { access: "amdin" } }, async () => "oh"); } };`,
  "broken.ts": "export default {",
  "no-page.ts": `export default { name: "../up", routes() {} };`,
  "up.ts": `export default { name: "up", static: ".." };`,
  "way.ts": `export default { name: "way", signIn: {}, routes() {} };`,
  "own.ts": `export default { name: "own", static: "." };`,
  "newer.ts": `export default { name: "newer", skeleton: "^999", routes() {} };`,
};

let server: TestServer;
const folder = mkdtempSync(join(tmpdir(), "skeleton-pages-"));
before(async () => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, "pages", path)), { recursive: true });
    writeFileSync(join(folder, "pages", path), text);
  }
  const served = join(folder, "pages", "notes", "files");
  writeFileSync(join(folder, "secret.txt"), "secret");
  symlinkSync(join(folder, "secret.txt"), join(served, "out.txt"));
  symlinkSync(folder, join(served, "up"));
  symlinkSync(join(served, ".env"), join(served, "env.txt"));
  symlinkSync(join(served, "own.js"), join(served, "same.js"));
  server = await startTestServer({ plugins_path: folder });
});
after(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const manual = { redirect: "manual" } as const;

async function cookieOf(user: "ada" | "bob"): Promise<string> {
  const json = { username: user, password: passwordOf(user) };
  const response = await server.as(null)("/login", { method: "POST", json });
  return response.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
}

/** A request sent as it is written, where fetch() would add headers of its own and tidy the path up. */
async function ask(path: string, headers: Record<string, string>, method = "GET") {
  const sent = rawRequest({ host: "127.0.0.1", port: new URL(server.url).port, path, method, headers }).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}

/** What a browser sends when somebody opens an address. */
const navigate = (path: string, headers: Record<string, string> = {}, method?: string) =>
  ask(path, { accept: "text/html,application/xhtml+xml", ...headers }, method);

describe("a plugin's page", () => {
  test("is for whoever is signed in, by cookie or by token, and knows them", async () => {
    assert.deepEqual(await server.as("bob").get("/_plugin/notes/who"), { user: "bob" });
    const response = await server.as(null)("/_plugin/notes/who", {
      headers: { cookie: await cookieOf("ada") },
    });
    assert.deepEqual(await response.json(), { user: "ada" });
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.deepEqual(await server.as("bob").get("/_plugin/notes/models"), { models: true });
  });

  test("answers a stranger's call 401, its files too", async () => {
    for (const path of ["who", "", "own.js", "index.html"]) {
      const response = await server.as(null)(`/_plugin/notes/${path}`, manual);
      assert.equal(response.status, 401, path);
      assert.deepEqual(await response.json(), { detail: "Not authenticated" });
    }
  });

  test("leads a browser to the sign-in, which knows the way back", async () => {
    for (const cookie of ["", "skeleton_session=nonsense"]) {
      const { status, headers } = await navigate("/_plugin/notes/?a=b&c", { cookie });
      assert.equal(status, 302);
      assert.equal(headers.location, "/#/then/%2F_plugin%2Fnotes%2F%3Fa%3Db%26c");
      assert.equal(headers["cache-control"], "no-store");
    }
    assert.equal((await navigate("/_plugin/notes/", { "sec-fetch-mode": "navigate" })).status, 302);
    for (const headers of [
      { "sec-fetch-mode": "cors" },
      { authorization: "Bearer nonsense" },
      { accept: "*/*" },
    ])
      assert.equal((await navigate("/_plugin/notes/", headers)).status, 401);
    assert.equal((await navigate("/_plugin/notes/who", {}, "POST")).status, 401);
    assert.equal((await navigate("/api/v1/threads")).status, 401, "only pages lead there");
  });

  test("is open or for admins where it says so", async () => {
    assert.equal(await (await server.as(null)("/_plugin/open/")).text(), "for all");
    assert.deepEqual(await server.as(null).get("/_plugin/notes/open"), { open: true });
    assert.equal((await server.as("ada")("/_plugin/boss/")).status, 200);
    assert.equal((await navigate("/_plugin/boss/", { cookie: await cookieOf("bob") })).status, 403);
  });

  test("takes no write that another site sends with the reader's cookie", async () => {
    const cookie = await cookieOf("ada");
    const write = async (headers: Record<string, string>) =>
      (await server.as(null)("/_plugin/notes/who", { method: "POST", headers: { cookie, ...headers } }))
        .status;
    assert.equal(await write({ "sec-fetch-site": "cross-site" }), 403);
    assert.equal(await write({}), 403);
    assert.equal(await write({ "sec-fetch-site": "same-origin" }), 200);
  });

  test("has an address that ends in a slash, and one that is not there is told so", async () => {
    for (const [path, to] of [
      ["/_plugin/notes", "/_plugin/notes/"],
      ["/_plugin/open?a=b", "/_plugin/open/?a=b"],
      ["/_plugin/nobody", "/_plugin/nobody/"],
    ] as const) {
      const response = await server.as(null)(path, manual);
      assert.deepEqual([response.status, response.headers.get("location")], [307, to]);
    }
    for (const path of ["/_plugin/nobody/", "/_plugin/nobody/x", "/_plugin/quiet/none", "/_plugin/"]) {
      const response = await server.as("ada")(path);
      assert.equal(response.status, 404, path);
      assert.deepEqual(await response.json(), { detail: "Plugin page not found" });
    }
    assert.equal((await server.as("ada")("/_plugin/nobody/", { method: "POST" })).status, 405);
  });
});

describe("the files of a page", () => {
  test("are served as they are, with an index for a folder", async () => {
    const get = async (path: string) => (await server.as("bob")(`/_plugin/notes/${path}`)).text();
    assert.match(await get(""), /<title>Notes/);
    assert.equal(await get("deep/"), "deeper");
    assert.equal(await get("50%25%20off.txt"), "cheap");
    assert.match(await get("same.js"), /ran/, "a link that stays inside");
    const script = await server.as("bob")("/_plugin/notes/own.js", { method: "HEAD" });
    assert.match(script.headers.get("content-type") ?? "", /javascript/);
    assert.equal(script.headers.get("cache-control"), "private, no-cache");
    assert.ok(script.headers.get("etag"));
  });

  test("run scripts of their own address only, and stand in no frame", async () => {
    const { headers } = await server.as("bob")("/_plugin/notes/");
    const policy = headers.get("content-security-policy") ?? "";
    const host = new URL(server.url).host;
    assert.match(policy, new RegExp(`script-src ${host}/_plugin/notes/;`));
    assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*/);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("access-control-allow-origin"), null);
  });

  test("never include what begins with a dot, what a link leads out to, or the plugin itself", async () => {
    const headers = { cookie: await cookieOf("ada") };
    for (const path of [
      ...[
        ".env",
        ".git/config",
        "%2eenv",
        "env.txt",
        "out.txt",
        "up/secret.txt",
        "up",
        "deep",
        "up/pages/notes/index.ts",
      ],
      ...[
        "../index.ts",
        "..%2findex.ts",
        "%2e%2e/index.ts",
        "deep/..%2f..%2findex.ts",
        "..%5cindex.ts",
        "deep/../../index.ts",
      ],
      ...[
        "/own.js",
        "%2fown.js",
        "deep//index.html",
        "./own.js",
        "own.js%00",
        "own.js%00.html",
        "%2f%2fetc/passwd",
      ],
      ...["x".repeat(5000), "own.js/", "own.js/index.html"],
    ]) {
      const { status, body } = await ask(`/_plugin/notes/${path}`, headers);
      assert.ok([400, 404, 414].includes(status), `${path}: ${status}`);
      assert.doesNotMatch(body, /secret|SECRET|export default|document\.title/, path);
    }
  });
});

describe("a page that is broken", () => {
  test("is not there, whatever it had added before it failed, and the others are", async () => {
    for (const path of [
      "half/",
      "twice/a",
      "nested/",
      "late/",
      "schema/",
      "typo/",
      "broken/",
      "up/",
      "own/own.ts",
      "newer/",
    ]) {
      assert.equal((await server.as("ada")(`/_plugin/${path}`)).status, 404, path);
    }
  });
});

describe("the list for the left column", () => {
  const listed = async (user: "ada" | "bob") => server.as(user).get("/api/v1/plugins/pages");
  const notes = { name: "notes", path: "/_plugin/notes/", title: "Notes", icon: "book" };

  test("has the pages that ask for it, for whoever may open them", async () => {
    assert.deepEqual(await listed("ada"), [{ name: "boss", path: "/_plugin/boss/", title: "Boss" }, notes]);
    assert.deepEqual(await listed("bob"), [notes]);
    assert.equal((await server.as(null)("/api/v1/plugins/pages")).status, 401);
  });

  test("the API's reference tells of it, and of no page's routes", async () => {
    const { paths } = await server.as(null).get<{ paths: object }>("/openapi.json");
    assert.ok("/api/v1/plugins/pages" in paths);
    assert.deepEqual(
      Object.keys(paths).filter((path) => path.startsWith("/_plugin")),
      [],
    );
  });
});
