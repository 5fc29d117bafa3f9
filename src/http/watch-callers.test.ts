import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { watchCallers } from "./watch-callers.ts";

async function listening(t: TestContext, answer: RequestListener) {
  const server = createServer(answer);
  const callers = watchCallers(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const ask = (said = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") => {
    const socket = connect(port, "127.0.0.1");
    socket.write(said);
    return socket;
  };
  return { server, callers, ask };
}

test("whoever stands in line when a server stops is taken in, and answered", async (t) => {
  const { server, callers, ask } = await listening(t, (_request, response) => response.end("Here you are."));
  const sockets = Array.from({ length: 20 }, () => ask());
  const answers = sockets.map((socket) => text(socket));
  // The kernel has all of them before the server has taken in half: one a loop.
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  await callers.takenIn(Number.POSITIVE_INFINITY); // the machine may be busy, too
  server.close();
  await callers.answered();
  server.closeAllConnections();
  for (const answer of await Promise.all(answers)) assert.match(answer, /Here you are\.$/);
});

test("an answer is waited for, a stream and a request that is not yet whole are not", async (t) => {
  const asked: ServerResponse[] = [];
  const { server, callers, ask } = await listening(t, (request, response) => {
    asked.push(response);
    if (request.url === "/stream") response.write("On and on");
  });
  const request = once(server, "request");
  const answer = text(ask());
  await request;
  for (const said of [
    "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n1",
  ]) {
    const next = once(server, "request");
    ask(said).on("error", () => {}); // it is cut at the end
    await next;
  }
  let over = false;
  const answered = callers.answered().then(() => {
    over = true;
  });
  for (let loops = 0; loops < 10; loops++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(over, false);
  asked[0]?.end("Done.");
  await answered;
  assert.match(await answer, /Done\.$/);
});
