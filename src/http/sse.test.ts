import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { type TestContext, test } from "node:test";
import Fastify from "fastify";
import type { BusBatch } from "../protocols/bus.ts";
import { until } from "../testkit/until.ts";
import type { HttpContext } from "./context.ts";
import { bareFrame, sendEvents } from "./sse.ts";

/** A server with an event stream, and a connection to it. @param verifyToken what a look at the stream's token asks. */
async function streaming(t: TestContext, verifyToken: () => Promise<object>) {
  const over = Promise.withResolvers<void>();
  const checks: Promise<unknown>[] = [];
  const context = {
    host: {
      get: async () => ({ verifyToken }),
      background: (_name: string, run: () => Promise<void>) => void checks.push(run().catch(() => undefined)),
    },
    metrics: { openStreams: { inc() {}, dec() {} } },
    streamCheckMs: 1,
  } as unknown as HttpContext;
  const server = Fastify();
  server.decorateRequest("token", null);
  server.addHook("onRequest", async (request) => {
    request.token = { token: "a token", borne: "header" };
  });
  server.get("/plain", async () => "plain");
  server.get("/stream", (request, reply) =>
    sendEvents(
      context,
      request,
      reply,
      async () =>
        (async function* (): AsyncGenerator<BusBatch> {
          yield { firstId: 1, data: ["one"] };
          await over.promise;
        })(),
      { comments: true, frame: bareFrame },
    ),
  );
  await server.listen({ port: 0, host: "127.0.0.1" });
  t.after(() => server.close());
  const socket = connect((server.server.address() as AddressInfo).port, "127.0.0.1").setEncoding("latin1");
  t.after(() => socket.destroy());
  let text = "";
  socket.on("data", (piece) => {
    text += piece;
  });
  const seen = async (part: string) => {
    while (!text.includes(part)) await once(socket, "data");
  };
  socket.write("GET /stream HTTP/1.1\r\nhost: x\r\n\r\n");
  return { socket, checks, over, seen, text: () => text };
}

test("a look at the token that ends after the stream writes nothing into the next answer on its connection", async (t) => {
  const looking = Promise.withResolvers<void>();
  const looked = Promise.withResolvers<object>();
  const { socket, checks, over, seen, text } = await streaming(t, () => {
    looking.resolve();
    return looked.promise;
  });
  await looking.promise;
  over.resolve();
  await seen("\r\n0\r\n\r\n");
  looked.resolve({});
  await Promise.all(checks);
  socket.write("GET /plain HTTP/1.1\r\nhost: x\r\n\r\n");
  await seen("plain");
  assert.match(text().slice(text().indexOf("\r\n0\r\n\r\n")), /^\r\n0\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
});

test("a stream whose token nobody can look at goes on for a while, and is cut then", async (t) => {
  let looks = 0;
  const { socket, over, seen } = await streaming(t, async () => {
    looks += 1;
    throw new Error("The database is away.");
  });
  t.after(() => over.resolve());
  await seen("one");
  await until("it was looked at often", () => looks > 5);
  assert.equal(socket.closed, false);
  const { now } = performance;
  t.mock.method(performance, "now", () => now.call(performance) + 30_000);
  await until("it is cut", () => socket.closed);
});
