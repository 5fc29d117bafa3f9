import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { until } from "../../../testkit/until.ts";
import { DirectAgent } from "./direct-agent.ts";
import { takeBody } from "./take-body.ts";

/** A server that answers as `answer` does, and what asks it. */
async function serverThat(answer: (response: ServerResponse) => unknown, agent: Agent) {
  const server = createServer((_request, response) => void answer(response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    async ask(): Promise<IncomingMessage> {
      const asking = request({ port, agent }).end();
      const [response] = (await once(asking, "response")) as [IncomingMessage];
      return response;
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Everything that comes until the end. */
async function whole(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  takeBody(response, (bytes) => parts.push(bytes));
  await once(response, "end");
  return Buffer.concat(parts).toString();
}

const agents = {
  "the sockets of a DirectAgent": () => new DirectAgent({ keepAlive: true }),
  "Node's own sockets": () => new Agent({ keepAlive: true }),
};

for (const [name, agent] of Object.entries(agents)) {
  describe(`a body from ${name}`, () => {
    test("comes whole and in order, also what was there before it was asked for", async () => {
      const numbers = Array.from({ length: 3_000 }, (_, index) => `${index}\n`);
      await using server = await serverThat(async (response) => {
        response.write(numbers.slice(0, 1_000).join(""));
        for (const number of numbers.slice(1_000)) {
          response.write(number);
          if (number.endsWith("00\n")) await new Promise(setImmediate);
        }
        response.end();
      }, agent());
      const response = await server.ask();
      await until("some of it is here", () => response.readableLength > 0);
      assert.equal(await whole(response), numbers.join(""));
    });

    test("of several answers at once is never mixed up", async () => {
      let asked = 0;
      await using server = await serverThat(async (response) => {
        const letter = String.fromCharCode(97 + asked++);
        for (let n = 0; n < 200; n += 1) {
          response.write(letter.repeat(97));
          await new Promise(setImmediate);
        }
        response.end();
      }, agent());
      const one = async () => whole(await server.ask());
      const bodies = await Promise.all([one(), one(), one()]);
      const wanted = ["a", "b", "c"].map((letter) => letter.repeat(97 * 200));
      assert.deepEqual(bodies.toSorted(), wanted);
    });

    test("leaves its socket to the next request", async () => {
      await using server = await serverThat((response) => response.end("done"), agent());
      const first = await server.ask();
      const { localPort } = first.socket;
      assert.equal(await whole(first), "done");
      await new Promise(setImmediate);
      const second = await server.ask();
      assert.equal(second.socket.localPort, localPort);
      assert.equal(await whole(second), "done");
    });

    test("waits at the sender while it is paused, and comes whole after that", async () => {
      const sent = Buffer.alloc(32 * 1024 * 1024, "x");
      const answering = Promise.withResolvers<ServerResponse>();
      await using server = await serverThat((response) => {
        answering.resolve(response);
        response.end(sent);
      }, agent());
      const response = await server.ask();
      let taken = 0;
      const stopped = Promise.withResolvers<void>();
      const body = takeBody(response, (bytes) => {
        if (taken === 0) {
          body.pause();
          setImmediate(stopped.resolve);
        }
        taken += bytes.length;
      });
      await stopped.promise;
      const atPause = taken;
      for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
      assert.equal(taken, atPause);
      assert.ok((await answering.promise).writableLength > 0, "the sender has something left");
      body.resume();
      await once(response, "end");
      assert.equal(taken, sent.length);
    });
  });
}
