import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, afterEach, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { guardedFetch } from "./guarded-fetch.ts";
import { fromDns, type ResolveName } from "./resolve-name.ts";

type Seen = { readonly request: IncomingMessage; readonly body: string };
let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;
let seen: Seen[] = [];
const server = createServer(async (request, response) => {
  const body = (await Array.fromAsync(request)).join("");
  seen.push({ request, body });
  answer(request, response, body);
});
let port = 0;
/** The server under a name that is allowed, and under its address, which is not. */
let allowedOrigin = "";

before(async () => {
  await once(server.listen(0, "0.0.0.0"), "listening");
  port = (server.address() as AddressInfo).port;
  allowedOrigin = `http://localhost:${port}`;
});
afterEach(() => {
  seen = [];
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const withAllowed = (...allow: readonly string[]) => guardedFetch({ allow });
const local = (path: string, options = {}) => withAllowed(`localhost:${port}`)(allowedOrigin + path, options);

/** Names of the tests, and what a DNS that is no friend of ours says of them. */
const names: Readonly<Record<string, readonly string[]>> = {
  "loopback.test": ["127.0.0.1"],
  "mapped.test": ["::ffff:127.0.0.1"],
  "nat64.test": ["64:ff9b::7f00:1"],
  "private.test": ["10.0.0.1"],
  "metadata.test": ["169.254.169.254"],
  "mixed.test": ["93.184.215.14", "127.0.0.1"],
  "zone.test": ["fe80::1%eth0"],
  "nothing.test": [],
};
const fromNames: ResolveName = async (hostname) =>
  names[hostname]?.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })) ??
  fromDns(hostname);

const loopbackSpellings = [
  ["127.0.0.1", "127.1", "127.0.1", "127.127.127.127", "127.0.0.1.", "0", "0.0.0.0", "0x0"],
  [
    "2130706433",
    "017700000001",
    "0x7f000001",
    "0x7f.1",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "0177.1",
    "127.0x0.0x0.0x1",
  ],
  [
    "0X7F.0x1",
    "00000177.0.0.01",
    "2130706433.",
    "%31%32%37.0.0.1",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
  ],
  [
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[0000::0001]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::FFFF:127.0.0.1]",
  ],
  ["[0:0:0:0:0:ffff:7f00:0001]", "[::127.0.0.1]", "[::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]"],
  [
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2002:7f00:0001::1]",
    "[::ffff:0:127.0.0.1]",
    "[2001:0:7f00:1::]",
  ],
  [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "a.localhost",
    "ｌocalhost",
    "loc\u00adalhost",
    "loopback.test",
    "mapped.test",
  ],
  ["nat64.test", "mixed.test"],
].flat();

const otherPlaces = [
  [
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "0xa9fea9fe",
    "[::ffff:a9fe:a9fe]",
  ],
  ["[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "224.0.0.1", "255.255.255.255", "240.0.0.1"],
  ["private.test", "metadata.test", "zone.test", "nothing.test"],
].flat();

test("no spelling of this machine or of a place that is not public is connected to", async () => {
  const fetch = guardedFetch({ allow: [], resolve: fromNames });
  answer = (_request, response) => response.end("inside");
  assert.ok(loopbackSpellings.length + otherPlaces.length >= 60);
  for (const host of [...loopbackSpellings, ...otherPlaces])
    await assert.rejects(
      fetch(`http://${host}:${port}/`, { timeoutMs: 2000 }),
      { code: "address_not_allowed" },
      host,
    );
  assert.equal(seen.length, 0);
});

test("an address that URL parsers disagree about, or that is not of the web, is refused", async () => {
  const fetch = guardedFetch({ allow: [], resolve: fromNames });
  for (const url of [
    `http:127.0.0.1:${port}`,
    `http:/127.0.0.1:${port}`,
    `http:\\\\127.0.0.1:${port}`,
    ` http://127.0.0.1:${port}\n`,
  ])
    await assert.rejects(fetch(url), { code: "address_not_allowed" }, url);
  const unusable = [
    "",
    "/path",
    "//127.0.0.1",
    "file:///etc/passwd",
    "ftp://127.0.0.1",
    "data:text/plain,x",
    "gopher://x",
  ];
  const disguised = [
    `http://example.org@127.0.0.1:${port}/`,
    `http://a:b@example.org/`,
    "http://127.0.0.1 .org/",
    "http://256.1.1.1/",
  ];
  for (const url of [...unusable, ...disguised, "http://[::1%25lo]/", "http://[127.0.0.1]/"])
    await assert.rejects(fetch(url), { code: "bad_input" }, url);
  assert.equal(seen.length, 0);
});

test("a password in an address is not repeated in the error", async () => {
  await assert.rejects(guardedFetch({ allow: [] })("http://me:secret@example.org/"), (error: Error) => {
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});

test("the error does not tell what a name stands for", async () => {
  const fetch = guardedFetch({ allow: [], resolve: fromNames });
  await assert.rejects(fetch("http://private.test/"), { message: /^private\.test is not a public address/ });
});

test("a redirect to a place that is not public is refused before anything is sent there", async () => {
  for (const target of [
    `http://127.0.0.1:${port}/inside`,
    `//[::1]:${port}/`,
    `http://localhost:${port + 1}/`,
  ]) {
    seen = [];
    answer = (_request, response) => response.writeHead(302, { location: target }).end();
    await assert.rejects(local("/"), { code: "address_not_allowed" }, target);
    assert.equal(seen.length, 1);
  }
  answer = (_request, response) => response.writeHead(302, { location: "file:///etc/passwd" }).end();
  await assert.rejects(local("/"), { code: "bad_input" });
});

test("a name that answers differently when it is asked again reaches only what was checked", async () => {
  let asked = 0;
  const fetch = guardedFetch({
    allow: ["127.0.0.2/32"],
    resolve: async () => [{ address: asked++ === 0 ? "127.0.0.2" : "127.0.0.1", family: 4 }],
  });
  answer = (request, response) => response.end(request.socket.localAddress);
  assert.equal((await fetch(`http://rebind.test:${port}/`)).text(), "127.0.0.2");
  assert.equal(asked, 1);
  await assert.rejects(fetch(`http://rebind.test:${port}/`), { code: "address_not_allowed" });

  asked = 0;
  answer = (_request, response) => response.writeHead(302, { location: "/again" }).end();
  await assert.rejects(fetch(`http://rebind.test:${port}/`), { code: "address_not_allowed" });
  assert.equal(seen.at(-1)?.request.url, "/");
});

test("an answer is told whole, whatever its status", async () => {
  answer = (request, response, body) =>
    response
      .writeHead(404, { "content-type": "text/plain; charset=iso-8859-1", "x-a": ["1", "2"] })
      .end(Buffer.from(`${request.method} ${body} ü`, "latin1"));
  const answered = await local("/x?y#z", {
    method: "POST",
    body: "é",
    headers: { "X-Mine": "1", host: "evil" },
  });
  assert.equal(answered.text(), "POST é ü");
  assert.deepEqual([answered.status, answered.headers["x-a"]], [404, "1, 2"]);
  assert.equal(seen[0]?.request.headers["x-mine"], "1");
  assert.equal(seen[0]?.request.headers.host, `localhost:${port}`);
});

test("five redirects are followed and a sixth is not", async () => {
  const countdown = (request: IncomingMessage, response: ServerResponse) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) response.end("there");
    else response.writeHead(307, { location: `/${left - 1}` }).end();
  };
  answer = countdown;
  const answered = await local("/5");
  assert.deepEqual([answered.text(), answered.url], ["there", `${allowedOrigin}/0`]);
  await assert.rejects(local("/6"), { code: "upstream_broken" });
});

test("a redirect to another origin carries no secrets and no body, a 303 asks again without one", async () => {
  const fetch = withAllowed("localhost", "127.0.0.1");
  const options = {
    method: "POST",
    body: "x",
    headers: { Authorization: "secret", "Content-Type": "a/b", Accept: "c/d" },
  } as const;
  answer = (request, response) =>
    request.url === "/"
      ? response.writeHead(307, { location: `http://127.0.0.1:${port}/there` }).end()
      : response.end();
  await fetch(`${allowedOrigin}/`, options);
  const [, there] = seen;
  assert.deepEqual([there?.request.method, there?.body, there?.request.headers.accept], ["POST", "", "c/d"]);
  assert.equal(there?.request.headers.authorization, undefined);

  seen = [];
  answer = (request, response) =>
    request.url === "/" ? response.writeHead(303, { location: "/there" }).end() : response.end();
  await fetch(`${allowedOrigin}/`, options);
  const [, again] = seen;
  assert.deepEqual([again?.request.method, again?.body], ["GET", ""]);
  assert.deepEqual(
    [again?.request.headers["content-type"], again?.request.headers.authorization],
    [undefined, "secret"],
  );
});

test("a packed answer is unpacked, and its limit counts unpacked bytes", async () => {
  answer = (_request, response) =>
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("a".repeat(100_000)));
  assert.equal((await local("/", { maxBytes: 100_000 })).body.length, 100_000);
  await assert.rejects(local("/", { maxBytes: 99_999 }), { code: "too_large" });
  answer = (_request, response) => response.writeHead(304, { "content-encoding": "gzip" }).end();
  assert.equal((await local("/")).body.length, 0);
  answer = (_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("not packed");
  await assert.rejects(local("/"), { code: "upstream_broken" });
});

test("an answer without end is cut at the limit", async () => {
  answer = (_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(10_000)));
    };
    response.on("drain", more);
    more();
  };
  await assert.rejects(local("/", { maxBytes: 50_000 }), { code: "too_large" });
});

test("silence ends at the time limit, and at the caller's wish, at any point", async () => {
  const silences = [
    () => {},
    (_request: IncomingMessage, response: ServerResponse) => void response.write("begun"),
  ];
  for (answer of silences) {
    await assert.rejects(local("/", { timeoutMs: 30 }), { code: "upstream_timeout" });
    const stop = new AbortController();
    const fetching = local("/", { signal: stop.signal });
    stop.abort(new Error("enough"));
    await assert.rejects(fetching, { message: "enough" });
  }
  await assert.rejects(local("/", { signal: AbortSignal.abort(new Error("before")) }), { message: "before" });
  const never = guardedFetch({ allow: [], resolve: () => new Promise(() => {}) });
  await assert.rejects(never("http://slow.test/", { timeoutMs: 10 }), { code: "upstream_timeout" });
});

test("what cannot be reached, breaks off or is no HTTP says so", async () => {
  const nobody = guardedFetch({ allow: [], resolve: () => Promise.reject(new Error("ENOTFOUND")) });
  await assert.rejects(nobody("http://no.test/"), { code: "upstream_unreachable" });
  await assert.rejects(withAllowed("127.0.0.1")("http://127.0.0.1:1/"), { code: "upstream_unreachable" });
  answer = (_request, response) => {
    response.writeHead(200, { "content-length": "10" });
    response.write("12345", () => response.destroy());
  };
  await assert.rejects(local("/"), { code: "upstream_broken" });
  await assert.rejects(local("/", { headers: { "a b": "c" } }), { code: "bad_input" });
  await assert.rejects(local("/", { headers: { a: "b\r\nc: d" } }), { code: "bad_input" });
});

test("a body that is longer than wanted is cut where that is asked for", async () => {
  answer = (_request, response) => response.end("0123456789".repeat(10_000));
  const cut = await local("/long", { maxBytes: 15, cut: true });
  assert.equal(cut.text(), "012345678901234");
});

test("a redirect is an answer to whoever follows none", async () => {
  answer = (_request, response) => response.writeHead(307, { location: "/next" }).end("over there");
  const { status, headers, text } = await local("/first", { maxRedirects: 0 });
  assert.deepEqual([status, headers.location, text()], [307, "/next", ""]);
  assert.equal(seen.length, 1);
});
