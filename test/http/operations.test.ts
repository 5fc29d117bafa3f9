import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type IncomingMessage, request as rawRequest } from "node:http";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { parse } from "yaml";
import { createHealthServer } from "../../src/http/create-health-server.ts";
import type { Usage } from "../../src/protocols/model.ts";
import { answerSteps } from "../../src/testkit/scripted-reply.ts";
import { passwordOf, startTestServer, type TestServer } from "../support/test-server.ts";

const root = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const example = (name: string) => new URL(`../../docs/examples/monitoring/${name}`, import.meta.url);

/** What prom-client knows of a figure beside what its types say. */
type Told = { readonly name: string; readonly labelNames?: readonly string[] };

let server: TestServer;
before(async () => {
  server = await startTestServer({ models: { cache: { scope: "user" } } });
});
after(() => server.close());

const anybody = (path: string, init: RequestInit = {}) => server.as(null)(path, init);

describe("for operators", () => {
  test("health needs no token and looks at the database", async () => {
    for (const path of ["/health", "/healthz", "/readyz", "/livez"]) {
      const response = await anybody(path);
      assert.equal(response.status, 200);
      assert.deepEqual(await response.json(), { status: "ok" });
    }
  });

  test("each address that the docs name for it answers without a token, and the image's check is among them", async () => {
    const [, told = ""] = /\n\| address .*\n\| -.*\n((?:\|.*\n)+)/.exec(root("docs/deployment.md")) ?? [];
    const addresses = [...told.matchAll(/^\| `(\S+)`/gm)].map(([, address = ""]) => address);
    assert.deepEqual(addresses, ["/livez", "/readyz", "/healthz", "/health", "/api/health"]);
    for (const address of addresses) assert.equal((await anybody(address)).status, 200, address);
    assert.match(root("Dockerfile"), /^HEALTHCHECK .*\n.*\/livez`/m, "a restart mends what that tells of");
  });

  test("a database that is gone is told by health and by every call that needs it, without details", async () => {
    const doomed = await startTestServer();
    await doomed.as("ada").get("/api/v1/me"); // signs in while it can
    await (await doomed.app.host.get("store")).shutdown();
    const health = await doomed.as(null)("/health");
    assert.equal(health.status, 500);
    assert.deepEqual(await health.json(), { detail: "Skeleton database not working" });
    assert.equal((await doomed.as(null)("/readyz")).status, 503);
    const figures = await doomed.as(null)("/metrics");
    assert.equal(figures.status, 200);
    assert.match(await figures.text(), /^skeleton_jobs_waiting nan$/im, "nobody knows");
    assert.equal((await doomed.as(null)("/healthz")).status, 503);
    assert.equal((await doomed.as(null)("/livez")).status, 200);
    const call = await doomed.as("ada")("/api/v1/threads");
    assert.equal(call.status, 503);
    assert.ok(call.headers.get("retry-after"));
    assert.match(await (await doomed.as(null)("/metrics")).text(), /^skeleton_http_failures_total [1-9]/m);
    const credentials = { username: "ada", password: passwordOf("ada") };
    const login = await doomed.as(null)("/login", { method: "POST", json: credentials });
    assert.equal(login.status, 503);
    await doomed.close();
  });

  test("that jobs are not run any more is told by healthz, while requests are served", async (context) => {
    const { host, metrics, log } = server.app;
    const sick = await createHealthServer({ host, metrics, jobsAreRun: () => false }, log);
    context.after(() => sick.close());
    const { statusCode, body } = await sick.inject("/healthz");
    assert.deepEqual([statusCode, JSON.parse(body)], [503, { detail: "Skeleton jobs are not run any more" }]);
    assert.equal((await sick.inject("/readyz")).statusCode, 200);
    assert.equal((await sick.inject("/api/v1/threads")).statusCode, 404, "it serves nothing else");
  });

  test("whoever has asked something gets the answer although the server is told to stop", async () => {
    const stopping = await startTestServer();
    const thought = Promise.withResolvers<void>();
    stopping.upstream.script({ steps: [{ wait: thought.promise }, ...answerSteps("At last.")] });
    const json = { model: "alpha-large", messages: [{ role: "user", content: "Hi" }] };
    const answer = stopping.as("ada")("/api/chat/completions", { method: "POST", json });
    answer.catch(() => undefined); // a server that cuts it is told below
    await stopping.upstream.received(1);
    const closed = stopping.close();
    thought.resolve();
    assert.match(await (await answer).text(), /At last\./);
    await closed;
  });

  test("metrics tell of what has not happened yet as 0, so that the first time is seen", async (context) => {
    const fresh = await startTestServer();
    context.after(() => fresh.close());
    const text = await (await fresh.as(null)("/metrics")).text();
    for (const name of [
      "skeleton_http_failures_total",
      'skeleton_turns_ended_total{state="failed"}',
      'skeleton_jobs_ended_total{state="error"}',
    ])
      assert.ok(text.includes(`\n${name} 0\n`), name);
  });

  test("metrics count requests, turns, tokens and store calls, and name nobody", async () => {
    await server.as("ada").say({ content: "Hello metrics" });
    const text = await (await anybody("/metrics")).text();
    for (const name of [
      'skeleton_http_request_seconds_count{route="/api/v1/message",method="POST",status="200"} 1',
      "skeleton_turns_started_total 1",
      'skeleton_turns_ended_total{state="done"} 1',
      "skeleton_first_token_seconds_count 1",
      "skeleton_open_streams 0",
      "skeleton_jobs_waiting 0",
      'skeleton_store_seconds_count{method="transaction"}',
    ]) {
      assert.ok(text.includes(name), name);
    }
    assert.match(text, /skeleton_token_events_total [1-9]/);
    assert.doesNotMatch(text, /ada|Hello metrics/);
  });

  test("the dashboard of the examples shows figures that there are, by labels that they have", async () => {
    const names = new Map<string, readonly string[]>();
    for (const {
      name,
      labelNames = [],
      ...metric
    } of server.app.metrics.registry.getMetricsAsArray() as Told[])
      for (const each of "buckets" in metric
        ? ["_bucket", "_sum", "_count"].map((end) => name + end)
        : [name])
        names.set(each, ["job", "instance", "le", ...labelNames]);
    const text = readFileSync(example("grafana-dashboard.json"), "utf8");
    const { panels } = JSON.parse(text) as { panels: { title: string; targets: { expr: string }[] }[] };
    for (const { title, targets } of panels)
      for (const { expr } of targets) {
        const [figure = assert.fail(expr), ...more] = expr.match(/\b(skeleton|process|nodejs)_\w+/g) ?? [];
        assert.deepEqual(more, [], expr);
        const labels = names.get(figure) ?? assert.fail(`${title} shows ${figure}, which nobody tells`);
        const used = [...expr.matchAll(/(\w+)=|by \(([\w, ]+)\)/g)].flatMap(([, one, several]) =>
          one === undefined ? (several ?? "").split(", ") : [one],
        );
        for (const label of used) assert.ok(labels.includes(label), `${title}: ${figure} has no ${label}`);
      }
    for (const what of ["Requests", "Errors", "Turns", "Tokens", "Open streams", "Store", "Queue", "Memory"])
      assert.ok(
        panels.some(({ title }) => title === what),
        what,
      );
    const timed = panels.find(({ title }) => title === "Time to answer")?.targets[0]?.expr ?? "";
    const [, leftOut = assert.fail(timed)] = /route!~"([^"]+)"/.exec(timed) ?? [];
    const isTimed = (route: string) => !new RegExp(`^(?:${leftOut})$`).test(route); // as Prometheus reads it: all of a label
    for (const route of ["/api/v1/threads/:thread_id/messages", "/api/v1/turns/:turn_id"])
      assert.ok(isTimed(route), route);
    for (const route of ["/api/v1/message", "/api/v1/events", "/api/chat/completions", "/mcp"])
      assert.ok(!isTimed(route), route);
    const prometheus = parse(readFileSync(example("prometheus.yml"), "utf8"));
    assert.equal(prometheus.scrape_configs[0].metrics_path, "/metrics");
  });

  test("an answer that is kept is given again to who asks the same, and its turn says so", async () => {
    const ask = () => server.as("ada").say({ content: "Hello cache" });
    const [first, again] = [await ask(), await ask()];
    const textOf = (events: typeof first) =>
      events.map(({ event, data }) => (event === "message_tokens" ? data.content : "")).join("");
    assert.equal(textOf(again), textOf(first));
    const usages = [first, again].map((events) => events.find(({ event }) => event === "usage")?.data);
    assert.deepEqual(
      usages.map((usage) => [(usage as Usage).cached, (usage as Usage).total_tokens]),
      [
        [undefined, (usages[0] as Usage).total_tokens],
        [true, 0],
      ],
    );
    const [begun] = again;
    const threadId = begun?.event === "thread_id" ? begun.data.thread_id : assert.fail("no thread_id");
    const entries = await server
      .as("ada")
      .get<{ turn?: { usage?: Usage } }[]>(`/api/v1/threads/${threadId}/messages?details=true`);
    assert.equal(entries.at(-1)?.turn?.usage?.cached, true);
  });

  test("every answer carries its request's id and strict headers", async () => {
    const { headers } = await anybody("/health");
    assert.match(headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
    const policy = headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'self'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("referrer-policy"), "no-referrer");
    assert.equal(headers.get("access-control-allow-origin"), null);
  });

  test("a page of cors_origins may do what the API can, without its user's cookie; others may not", async (t) => {
    const page = "https://pages.example";
    const open = await startTestServer({ cors_origins: [page] });
    t.after(() => open.close());
    const ask = (origin: string) =>
      open.as(null)("/api/v1/threads/x", {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "DELETE" },
      });
    const allowed = (await ask(page)).headers;
    assert.equal(allowed.get("access-control-allow-origin"), page);
    assert.equal(allowed.get("access-control-allow-credentials"), null);
    assert.match(allowed.get("access-control-allow-methods") ?? "", /\bDELETE\b/);
    assert.equal((await ask("https://evil.example")).headers.get("access-control-allow-origin"), null);
  });

  test("the API describes itself, and every route says who may call it", async () => {
    type Operation = { summary?: string; security?: unknown[]; responses: Record<string, unknown> };
    const document = (await (await anybody("/openapi.json")).json()) as {
      openapi: string;
      info: { title: string; version: string };
      paths: Record<string, Record<string, Operation>>;
    };
    assert.equal(document.openapi, "3.1.0");
    assert.deepEqual([document.info.title, document.info.version], ["Skeleton API", "1.0.0"]);
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    assert.ok(operations.length >= 20);
    for (const { path, method, operation } of operations) {
      assert.ok(operation.summary, `${method} ${path} has a summary`);
      const url = path.replaceAll(/\{\w+\}/g, "x");
      const { status } = await anybody(url, { method: method.toUpperCase() });
      if (operation.security) assert.equal(status, 401, `${method} ${path} without a token`);
      else assert.notEqual(status, 401, `${method} ${path} is open`);
    }
    assert.equal((await anybody("/docs")).status, 200);
  });
});

describe("the page", () => {
  test("is never cached itself; its entry is asked about each time", async () => {
    const page = await anybody("/");
    assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
    assert.equal(page.headers.get("cache-control"), "no-cache, no-store, must-revalidate");
    assert.equal(page.headers.get("pragma"), "no-cache");
    assert.equal(page.headers.get("expires"), "0");
    const entry = await anybody("/static/app.js");
    assert.match(entry.headers.get("content-type") ?? "", /javascript/);
    const etag = entry.headers.get("etag") ?? "";
    // Not by fetch(): it asks for a fresh copy as soon as such a header is set by hand.
    const again = rawRequest(`${server.url}/static/app.js`, {
      headers: { "if-none-match": etag, "accept-encoding": "gzip, deflate" }, // as fetch() asks
    }).end();
    const [response] = (await once(again, "response")) as [IncomingMessage];
    response.resume();
    assert.equal(response.statusCode, 304);
  });

  test("travels compressed to whoever can read that", async () => {
    for (const [accepted, sent] of [
      ["br, gzip", "br"],
      ["gzip", "gzip"],
      ["identity", null],
    ] as const) {
      const { headers, status } = await anybody("/static/app.js", {
        headers: { "accept-encoding": accepted },
      });
      assert.deepEqual([status, headers.get("content-encoding")], [200, sent]);
      assert.match(headers.get("content-type") ?? "", /javascript/);
      assert.equal(headers.get("cache-control"), "no-cache");
    }
  });

  test("lets nothing but its own files out", async () => {
    for (const path of [
      "/static/../package.json",
      "/static/%2e%2e/%2e%2e/package.json",
      "/static/.env",
      "/static/",
    ]) {
      const { status } = await anybody(path);
      assert.ok(status === 404 || status === 403, `${path}: ${status}`);
    }
  });
});

describe("a request that makes no sense", () => {
  test("to an unknown path or with a wrong method is told so", async () => {
    const unknown = await anybody("/no/such/path");
    assert.equal(unknown.status, 404);
    assert.deepEqual(await unknown.json(), { detail: "Not Found" });
    const wrong = await anybody("/login", { method: "GET" });
    assert.equal(wrong.status, 405);
    assert.equal(wrong.headers.get("allow"), "POST");
    assert.deepEqual(await wrong.json(), { detail: "Method Not Allowed" });
  });

  test("with a body that is no JSON, too large or too deep is refused", async () => {
    const login = (body: string) =>
      anybody("/login", { method: "POST", body, headers: { "content-type": "application/json" } });
    assert.equal((await login("{")).status, 400);
    assert.equal((await login(`{"username":"${"x".repeat(3_000_000)}"}`)).status, 413);
    const deep = await login(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    assert.equal(deep.status, 400);
    assert.deepEqual(await deep.json(), { detail: "The body is nested too deep." });
    assert.equal((await login('{"__proto__":{"username":"ada"}}')).status, 400);
  });

  test("with two Host headers is refused", async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write("GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n");
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    assert.match(Buffer.concat(chunks).toString(), /^HTTP\/1\.1 400/);
  });

  test("never gives a 500, whatever is put in the place of an id, a cursor or a limit", async () => {
    const odd = [
      "%00",
      "%F0%9F%A6%B4",
      "..%2f..%2fetc",
      "'; DROP TABLE x; --",
      "-1",
      "1e999",
      "x".repeat(500),
      "%ff",
      "null",
    ];
    const paths = odd.flatMap((value) => [
      `/api/v1/threads/${value}`,
      `/api/v1/threads/${value}/messages`,
      `/api/v1/turns/${value}`,
      `/api/v1/turns/${value}/events`,
      `/api/v1/threads?limit=${value}`,
      `/api/v1/threads?before=${value}`,
      `/api/v1/events?after=${value}`,
      `/api/v1/search?q=${value}&limit=${value}`,
    ]);
    for (const path of paths) {
      const leave = new AbortController();
      const response = await server.as("ada")(path, { signal: leave.signal });
      assert.ok(response.status < 500, `${path}: ${response.status}`);
      leave.abort();
    }
  });

  test("that drips its body is cut", async () => {
    const hasty = await startTestServer();
    const { hostname, port } = new URL(hasty.url);
    const headers = { "content-type": "application/json", "content-length": "100" };
    const dripping = rawRequest({ hostname, port, path: "/login", method: "POST", headers });
    dripping.on("error", () => {}); // being cut is what it is here for
    dripping.write("{");
    const closed = new Promise((resolve) => dripping.once("close", resolve));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await hasty.close();
    await closed;
  });
});
