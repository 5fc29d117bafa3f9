import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { findProgram, freePort, startProgram, tellSkipped } from "../support/debian-server.ts";
import { exchange, nginxOptions } from "../support/nginx.ts";
import { passwordOf, startTestServer, type TestServer } from "../support/test-server.ts";

/* The configurations of proxies in docs/examples/proxy, each in front of the real server; only TLS is left out. */

const example = (name: string) =>
  readFileSync(new URL(`../../docs/examples/proxy/${name}`, import.meta.url), "utf8");

let server: TestServer;
let headers: Record<string, string>;
before(async () => {
  server = await startTestServer({
    trusted_proxies: ["127.0.0.1"],
    rate_limits: { enabled: true, login: { points: 2, seconds: 60 } },
  });
  const { token } = (await (await signIn(server.url, "10.0.0.1")).json()) as { token: string };
  headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
});
after(() => server.close());

/** @param claimed whom the client says that it stands in for. */
const signIn = (url: string, claimed: string) =>
  fetch(`${url}/api/login`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": claimed },
    body: JSON.stringify({ username: "ada", password: passwordOf("ada") }),
  });

const backend = () => new URL(server.url).host;

type Proxy = {
  readonly name: string;
  readonly program: string;
  /** Writes its configuration into a folder. @returns the options to start it with. */
  readonly configure: (folder: string, port: number) => readonly string[];
};

const nginx: Proxy = {
  name: "nginx.conf",
  program: "nginx",
  configure: (folder, port) =>
    nginxOptions(folder, exchange(example("nginx.conf"), "127.0.0.1:8000", backend()), port),
};

const caddy: Proxy = {
  name: "Caddyfile",
  program: "caddy",
  configure(folder, port) {
    const site = exchange(example("Caddyfile"), /^chat\.example\.org/gm, `http://127.0.0.1:${port}`);
    const text = exchange(site, "127.0.0.1:8000", backend());
    writeFileSync(join(folder, "Caddyfile"), `{\n\tadmin off\n}\n${text}`);
    return ["run", "--adapter", "caddyfile", "--config", join(folder, "Caddyfile")];
  },
};

test("nginx is told what streams, addresses and TLS need; Caddy does so by itself unless it is told otherwise", () => {
  for (const name of ["nginx.conf", "../many-machines/nginx.conf"])
    for (const line of [
      "proxy_buffering off;",
      "proxy_read_timeout 1h;",
      "proxy_http_version 1.1;",
      "proxy_set_header Host $http_host;",
      "proxy_set_header X-Forwarded-For $remote_addr;",
      "listen 443 ssl http2;",
      "return 301 https://$host$request_uri;",
    ])
      assert.ok(example(name).includes(line), `${name}: ${line}`);
  assert.doesNotMatch(example("Caddyfile"), /^\s*(flush_interval|encode)/m);
});

test("the service starts a command that there is", async () => {
  const [, line = ""] = /^ExecStart=\S+\/skeleton (.+)$/m.exec(example("skeleton.service")) ?? [];
  const [command, ...flags] = line.split(" ");
  assert.deepEqual([command, flags], ["serve", ["--data", "/var/lib/skeleton/data"]]);
});

for (const { name, program, configure } of [nginx, caddy]) {
  const path = findProgram(program);
  const skip = path === undefined && tellSkipped(program, program);

  describe(`behind ${program} with the ${name} of the examples`, { skip }, () => {
    let url: string;
    let folder: string;
    let proxy: Awaited<ReturnType<typeof startProgram>>;
    before(async () => {
      const port = await freePort();
      folder = mkdtempSync(join(tmpdir(), "skeleton-proxy-"));
      url = `http://127.0.0.1:${port}`;
      // Caddy keeps what it has to in the user's folders, if it is not told others.
      const rooms = [`XDG_CONFIG_HOME=${folder}`, `XDG_DATA_HOME=${folder}`];
      proxy = await startProgram("/usr/bin/env", [...rooms, path ?? "", ...configure(folder, port)], port);
    });
    after(async () => {
      await proxy.stop();
      rmSync(folder, { recursive: true });
    });

    test("page, API and Slack's address are one host's, figures are not, and words of a stream come as they are said", async () => {
      assert.match(await (await fetch(`${url}/`)).text(), /<div id="root">/);
      assert.equal((await fetch(`${url}/metrics`)).status, 404);
      assert.equal((await fetch(`${server.url}/metrics`)).status, 200);
      assert.equal((await fetch(`${url}/slack/command`, { method: "POST", body: "" })).status, 404);
      const rest = Promise.withResolvers<void>();
      server.upstream.script({
        steps: [
          { tokens: ["First "] },
          { wait: rest.promise },
          { tokens: ["second."] },
          { finish: "stop" },
          { done: true },
        ],
      });
      const made = await fetch(`${url}/api/sessions`, { method: "POST", headers, body: "{}" });
      const { id } = (await made.json()) as { id: string };
      const stream = await fetch(`${url}/api/sessions/${id}/chat/stream`, {
        method: "POST",
        headers,
        body: JSON.stringify({ message: "Hi" }),
      });
      const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      while (!text.includes("First")) text += (await reader?.read())?.value ?? assert.fail(text);
      rest.resolve();
      for (let read = await reader?.read(); read?.done === false; read = await reader?.read())
        text += read.value;
      assert.match(text, /second\./);
      assert.match(text, /data: \[DONE\]\n\n$/);
    });

    test("a client that stops listening stops a completion that is kept nowhere", async () => {
      server.upstream.script({ steps: [{ tokens: ["One "] }, { stall: true }] });
      const leaving = new AbortController();
      const response = await fetch(`${url}/api/chat/completions/stream`, {
        method: "POST",
        headers,
        body: JSON.stringify({ messages: [{ role: "user", content: "Hi" }] }),
        signal: leaving.signal,
      });
      await response.body?.getReader().read();
      leaving.abort();
      assert.equal(await server.upstream.requests.at(-1)?.closed, true);
    });

    test("what a client claims of its own address does not count", async () => {
      const statuses = [];
      for (const claimed of ["10.9.0.1", "10.9.0.2", "10.9.0.3"])
        statuses.push((await signIn(url, claimed)).status);
      assert.equal(statuses.at(-1), 429);
    });
  });
}
