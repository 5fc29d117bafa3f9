import assert from "node:assert/strict";
import { test } from "node:test";
import type { FetchedAnswer, FetchOptions } from "../../src/protocols/fetch.ts";
import { testHost } from "../../src/testkit/test-host.ts";
import { web_fetch } from "./web-fetch.ts";

type Page = { readonly type?: string; readonly status?: number; readonly url?: string };

async function read(
  text: string,
  { type = "text/html; charset=utf-8", status = 200, url = "https://example.org/a/b" }: Page = {},
  part?: number,
) {
  const asked: FetchOptions[] = [];
  const fetch = async (_url: string | URL, options: FetchOptions = {}): Promise<FetchedAnswer> => {
    asked.push(options);
    return { url, status, headers: { "content-type": type }, body: Buffer.from(text), text: () => text };
  };
  const signal = new AbortController().signal;
  const context = { host: testHost({ fetch }), userId: "ada", threadId: "t", turnId: "n", signal };
  const running = web_fetch("https://example.org", context, part);
  const first = await running.next();
  const last = await running.next();
  assert.equal(asked[0]?.signal, signal);
  return { progress: first.value, text: last.value };
}

test("a page is read as Markdown, without what is not its text, its links whole", async () => {
  const { progress, text } = await read(`<!doctype html><html><head><title>Bread &amp; more</title>
    <style>p { color: red }</style><script>alert("<p>no</p>")</script></head><body>
    <nav><a href="/">Home</a></nav><main><h1>Bread</h1><p>Take <b>flour</b> and <a href="water?x=1#y">water</a>.</p>
    <ul><li>mix<li>bake</ul><pre><code class="language-js">a &lt; b;
c()</code></pre><table><tr><th>what<th>how much<tr><td>flour<td>500 g</table>
    <img src="data:image/png;base64,AAAA" alt="a loaf"><img src="x.png"> <a href="#">top</a> <a href="javascript:x()">do</a></main><footer>Imprint</footer></body></html>`);
  assert.equal(progress, "reading https://example.org");
  assert.equal(
    text,
    `https://example.org/a/b

Bread & more

# Bread

Take **flour** and [water](https://example.org/a/water?x=1#y).

- mix
- bake

\`\`\`js
a < b;
c()
\`\`\`

| what | how much |
| --- | --- |
| flour | 500 g |

![a loaf](data) top do`,
  );
});

test("text is told as it is, and what is no text is refused", async () => {
  assert.match((await read("<b>", { type: "text/plain" })).text, /<b>$/);
  assert.match((await read('{"a":1}', { type: "application/ld+json" })).text, /\{"a":1\}$/);
  await assert.rejects(read("%PDF", { type: "application/pdf" }), /no text but application\/pdf/);
  await assert.rejects(read("gone", { status: 404 }), /status 404/);
});

test("a long page comes in parts that join without a gap", async () => {
  const long = Array.from({ length: 20_000 }, (_, index) => index).join(" ");
  const parts = [];
  for (const part of [1, 2, 3]) parts.push((await read(long, { type: "text/plain" }, part)).text);
  assert.match(parts[0] ?? "", /\[Part 1 of 3\. Ask for part 2 to read on\.\]$/);
  const joined = parts
    .map((each) => each.replace("https://example.org/a/b\n\n", "").replace(/\n\n\[Part.*$/, ""))
    .join("");
  assert.equal(joined, long);
  await assert.rejects(read(long, { type: "text/plain" }, 4), /parts 1 to 3/);
});

test("an odd page neither breaks it nor takes long", async () => {
  const begun = process.threadCpuUsage();
  for (const piece of ["<div>", "<b>", "<ul><li>", "<", "<a x=1 ", "<!--", "&", "<table><tr><td>"])
    await read(piece.repeat(20_000));
  await read("(data:".repeat(60_000));
  const { user } = process.threadCpuUsage(begun); // in µs; what else the machine does is not in it
  assert.ok(user < 5_000_000, `${user} µs`);
});
