import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { meteredFetch } from "./metered-fetch.ts";

const megabyte = "x".repeat(1024 * 1024);
const types: Readonly<Record<string, string>> = {
  "/json": "application/json",
  "/event": "text/event-stream",
};

/** `/json` is one long text, `/event` one long event of many lines; anything else many short events. */
const server = createServer(({ url = "" }, response) => {
  response.writeHead(200, { "content-type": types[url] ?? "text/event-stream; charset=utf-8" });
  const line = url === "/json" ? megabyte : `data: ${megabyte}\r\n`;
  for (let count = 0; count < 10; count += 1) response.write(types[url] === undefined ? `${line}\r\n` : line);
  response.end();
});
let address = "";
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const at = server.address();
  address = `http://127.0.0.1:${typeof at === "object" ? at?.port : ""}`;
});
after(() => server.close());

const spent = { messages: 0, bytes: 0 };
const get = meteredFetch({
  spend: (messages, bytes) => {
    spent.messages += messages;
    spent.bytes += bytes;
    return 0;
  },
});

test("an answer, and an event of however many lines, may be 8 MiB long", async () => {
  for (const path of ["/json", "/event"])
    await assert.rejects((await get(`${address}${path}`)).text(), { code: "upstream_broken" }, path);
});

test("a stream of events may be longer, and all of it is metered", async () => {
  Object.assign(spent, { messages: 0, bytes: 0 });
  const text = await (await get(`${address}/events`)).text();
  assert.equal(text.length, 10 * (megabyte.length + 10));
  assert.equal(spent.bytes, text.length);
  assert.equal(Math.round(spent.messages * 3), 20);
});
