import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request as rawRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { eventsIn, passwordOf, startTestServer, type TestServer } from "../support/test-server.ts";

/* The server under a path of its host, behind a proxy that takes the path off and behind one that leaves it. */

const base = "/apps/chat";

let server: TestServer;
let plugins: string;
before(async () => {
  plugins = mkdtempSync(join(tmpdir(), "skeleton-base-path-"));
  mkdirSync(join(plugins, "pages"), { recursive: true });
  writeFileSync(
    join(plugins, "pages", "hello.ts"),
    `export default { name: "hello", routes(server) { server.get("/", async () => "Hello") } };`,
  );
  server = await startTestServer({ base_path: base, plugins_path: plugins });
});
after(async () => {
  await server.close();
  rmSync(plugins, { recursive: true });
});

/** A proxy that takes the path off, as \`handle_path\` of Caddy or a trailing slash of nginx does. */
async function startStripping(): Promise<{ readonly url: string; close(): void }> {
  const proxy = createServer((request, response) => {
    const { url = "", method, headers } = request;
    if (!url.startsWith(`${base}/`)) return response.writeHead(404).end();
    const passed = rawRequest(server.url + url.slice(base.length), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    close() {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}

for (const kind of ["leaves it", "takes it off"]) {
  describe(`behind a proxy that ${kind}`, () => {
    let root: string;
    let stripping: Awaited<ReturnType<typeof startStripping>> | undefined;
    let cookie: string;
    before(async () => {
      if (kind === "takes it off") stripping = await startStripping();
      root = (stripping?.url ?? server.url) + base;
    });
    after(() => stripping?.close());

    /** As a browser opens an address, which `fetch` cannot. */
    async function open(path: string): Promise<IncomingMessage> {
      const sent = rawRequest(root + path, { headers: { accept: "text/html" } }).end();
      const [answer] = (await once(sent, "response")) as [IncomingMessage];
      answer.resume();
      return answer;
    }

    test("the page finds its files, whatever they are called", async () => {
      const page = await fetch(`${root}/`);
      const html = await page.text();
      const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? "");
      assert.ok(links.length >= 3, html);
      for (const link of links) {
        assert.equal((await fetch(new URL(link, `${root}/`))).status, 200, link);
      }
      const frame = await (await fetch(`${root}/frames/diagram`)).text();
      const [, script = ""] = /src="([^"]+)"/.exec(frame) ?? [];
      assert.equal((await fetch(new URL(script, `${root}/frames/diagram`))).status, 200, script);
    });

    test("signing in sets a cookie for this path alone, and it is taken back at signing out", async () => {
      const response = await fetch(`${root}/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ username: "ada", password: passwordOf("ada") }),
      });
      const [set = ""] = response.headers.getSetCookie();
      assert.match(set, /; Path=\/apps\/chat;/);
      cookie = set.split(";", 1)[0] ?? "";
      assert.equal((await fetch(`${root}/api/v1/me`, { headers: { cookie } })).status, 200);
      const out = await fetch(`${root}/logout`, {
        method: "POST",
        headers: { authorization: `Bearer ${cookie.split("=")[1]}` },
      });
      assert.match(out.headers.getSetCookie()[0] ?? "", /; Path=\/apps\/chat;/);
    });

    test("who opens a plugin's page without a session is sent to the sign-in there", async () => {
      const slash = await fetch(`${root}/_plugin/hello?x=1`, { redirect: "manual" });
      assert.equal(slash.headers.get("location"), `${base}/_plugin/hello/?x=1`);
      const { headers } = await open("/_plugin/hello/");
      assert.equal(headers.location, `${base}/#/then/%2F_plugin%2Fhello%2F`);
      const shown = await fetch(`${root}/_plugin/hello/`, {
        headers: { authorization: `Bearer ${await tokenOf(root)}` },
      });
      assert.match(
        shown.headers.get("content-security-policy") ?? "",
        /script-src \S+\/apps\/chat\/_plugin\/hello\//,
      );
    });

    test("a message is answered as a stream", async () => {
      const token = await tokenOf(root);
      const response = await fetch(`${root}/api/v1/message`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: new URLSearchParams({ content: "Hi" }),
      });
      assert.equal(eventsIn(await response.text()).at(-1)?.event, "stream_end");
    });

    test("the reference is there, and knows where the API is", async () => {
      const docs = await fetch(`${root}/docs`);
      const html = await docs.text();
      const [, script = ""] = /src="([^"]+bundle[^"]*)"/.exec(html) ?? [];
      assert.equal((await fetch(new URL(script, docs.url))).status, 200, script);
      const { servers } = (await (await fetch(`${root}/openapi.json`)).json()) as {
        servers: { url: string }[];
      };
      assert.equal(servers[0]?.url, base);
    });
  });
}

const tokenOf = async (root: string): Promise<string> => {
  const response = await fetch(`${root}/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "ada", password: passwordOf("ada") }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
};

test("without its last slash the address leads to the one with it; what only begins alike is not meant", async () => {
  const sent = await fetch(`${server.url}${base}?a=b`, { redirect: "manual" });
  assert.deepEqual([sent.status, sent.headers.get("location")], [307, `${base}/?a=b`]);
  assert.equal((await fetch(`${server.url}${base}ter/healthz`)).status, 404);
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
});
