import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { after, describe, test } from "node:test";
import { chunkOutlet } from "./chunk-outlet.ts";

const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
});

async function listening(handler: RequestListener): Promise<Socket> {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  closing.push(() => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  });
  return client;
}

/** All that comes back, head and body as sent, of a client that then closes its side. */
async function answerTo(request: string, handler: RequestListener): Promise<string> {
  const client = await listening(handler);
  client.write(request);
  let text = "";
  for await (const bytes of client) text += String(bytes);
  return text;
}

const bodyOf = (answer: string) => answer.slice(answer.indexOf("\r\n\r\n") + 4);
const last = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

describe("text as chunks", () => {
  test("goes out in order, its length in bytes, the head first and the end last, all in one tick", async () => {
    const answer = await answerTo(last, (_request, response) => {
      response.writeHead(200);
      response.flushHeaders();
      const outlet = chunkOutlet(response);
      outlet.write("first");
      outlet.write("ünd 🦴");
      response.end();
    });
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.equal(bodyOf(answer), "5\r\nfirst\r\n9\r\nünd 🦴\r\n0\r\n\r\n");
  });

  test("a text of nothing is no chunk: it would end the answer", async () => {
    const answer = await answerTo(last, (_request, response) => {
      response.writeHead(200);
      response.flushHeaders();
      const outlet = chunkOutlet(response);
      assert.equal(outlet.write(""), true);
      outlet.write("more");
      response.end();
    });
    assert.equal(bodyOf(answer), "4\r\nmore\r\n0\r\n\r\n");
  });

  test("a client of HTTP/1.0 gets the bare text", async () => {
    const answer = await answerTo("GET / HTTP/1.0\r\n\r\n", (_request, response) => {
      response.writeHead(200);
      response.flushHeaders();
      const outlet = chunkOutlet(response);
      outlet.write("bare ");
      outlet.write("text");
      response.end();
    });
    assert.equal(bodyOf(answer), "bare text");
  });

  test("an answer that is begun before its turn waits for those before it", async () => {
    let finishFirst = () => {};
    const first = "GET /first HTTP/1.1\r\nhost: x\r\n\r\n";
    const answer = await answerTo(first + last, (request, response) => {
      response.writeHead(200);
      response.flushHeaders();
      const outlet = chunkOutlet(response);
      outlet.write(request.url === "/first" ? "one" : "two");
      if (request.url === "/first") {
        finishFirst = () => {
          outlet.write("one again");
          response.end();
        };
        return;
      }
      finishFirst(); // this one was first to speak, and must not be first to be heard
      response.end();
    });
    assert.match(answer, /one\r\n.*one again\r\n0\r\n\r\nHTTP\/1\.1 200 [\s\S]*two\r\n0\r\n\r\n$/s);
  });

  test("a reader who goes makes it answer false, and nothing is thrown", async () => {
    const { promise: settled, resolve, reject } = Promise.withResolvers<void>();
    const client = await listening((_request, response) => {
      response.writeHead(200);
      response.flushHeaders();
      const outlet = chunkOutlet(response);
      response.once("close", () => {
        try {
          assert.equal(outlet.write("too late"), false);
          assert.equal(chunkOutlet(response).write("later still"), false);
          response.end();
          setImmediate(resolve); // an error nobody listens for would have come by then
        } catch (error) {
          reject(error);
        }
      });
      outlet.write("hello");
    });
    client.once("data", () => client.resetAndDestroy());
    client.on("error", () => {});
    client.write(last);
    await settled;
  });
});
