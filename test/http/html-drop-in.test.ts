import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const folder = mkdtempSync(join(tmpdir(), "skeleton-html-"));
let plain: TestServer;
let server: TestServer;
before(async () => {
  mkdirSync(join(folder, "html", "static"), { recursive: true });
  writeFileSync(join(folder, "html", "index.html"), "<title>Mine</title>");
  writeFileSync(join(folder, "html", "notes.txt"), "not for anybody");
  writeFileSync(join(folder, "html", "static", "mine.css"), "body { color: teal }");
  writeFileSync(join(folder, "html", "static", ".env"), "SECRET=1");
  writeFileSync(join(folder, "secret.txt"), "SECRET");
  symlinkSync(join(folder, "secret.txt"), join(folder, "html", "static", "out.txt"));
  symlinkSync(join(folder, "secret.txt"), join(folder, "html", "static", "mine.css.br"));
  [plain, server] = await Promise.all([startTestServer(), startTestServer({ plugins_path: folder })]);
});
after(async () => {
  await Promise.all([plain.close(), server.close()]);
  rmSync(folder, { recursive: true });
});

describe("an index.html in plugins/html", () => {
  test("stands in the place of the page, with the same headers", async () => {
    const [own, built] = await Promise.all([server, plain].map((each) => each.as(null)("/")));
    assert.equal(await own?.text(), "<title>Mine</title>");
    const differ = new Set([
      "content-length",
      "etag",
      "last-modified",
      "date",
      "x-request-id",
      "content-encoding",
      "vary",
    ]);
    const rest = (response?: Response) =>
      Object.fromEntries([...(response?.headers ?? [])].filter(([name]) => !differ.has(name)));
    assert.match(String(rest(own)["content-security-policy"]), /script-src 'self'/);
    assert.deepEqual(rest(own), rest(built));
  });

  test("has its files under /static/, before the page's own, which are still there", async () => {
    const own = await server.as(null)("/static/mine.css", { headers: { "accept-encoding": "br" } });
    assert.equal(await own.text(), "body { color: teal }");
    assert.equal(own.headers.get("content-type"), "text/css; charset=utf-8");
    assert.equal(own.headers.get("cache-control"), "no-cache");
    assert.equal((await server.as(null)("/static/app.js")).status, 200);
  });

  test("lets nothing else out", async () => {
    for (const path of [
      ".env",
      "out.txt",
      "..%2fnotes.txt",
      "..%2findex.html",
      "../notes.txt",
      "%2e%2e/notes.txt",
    ]) {
      const response = await server.as(null)(`/static/${path}`);
      assert.ok([403, 404].includes(response.status), `${path}: ${response.status}`);
      assert.doesNotMatch(await response.text(), /SECRET|anybody/);
    }
    assert.equal((await server.as(null)("/notes.txt")).status, 404);
  });
});
