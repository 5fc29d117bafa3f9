import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { openLink } from "./link.ts";
import { quietLog } from "./test-setup.ts";

/** Answers `ping`, keeps `definitions` waiting for ever, and dies of anything else. */
const SCRIPT = `
  const { parentPort } = require("node:worker_threads");
  parentPort.on("message", (requests) => {
    for (const { id, request } of requests) {
      if (request.kind === "ping" || request.kind === "close") parentPort.postMessage([{ id, result: "pong" }]);
      else if (request.kind !== "definitions") process.exit(7);
    }
  });
`;
const start = () => new Worker(SCRIPT, { eval: true });
const deadly = { kind: "read", statement: { sql: "", params: [] } } as const;

test("when the thread dies, whatever is in flight is rejected and the next call starts another", async () => {
  const link = openLink(start, { log: quietLog, restart: true });
  assert.equal(await link.call({ kind: "ping" }), "pong");
  const calls = [link.call({ kind: "definitions" }), link.call({ kind: "definitions" }), link.call(deadly)];
  for (const outcome of await Promise.allSettled(calls))
    assert.equal(outcome.status === "rejected" && outcome.reason.code, "store_unavailable");
  assert.equal(await link.call({ kind: "ping" }), "pong");
  await link.close();
  await assert.rejects(link.call({ kind: "ping" }), { code: "store_unavailable" });
});

test("a database in memory is not replaced by an empty one", async () => {
  const link = openLink(start, { log: quietLog, restart: false });
  await assert.rejects(link.call(deadly), { code: "store_unavailable" });
  await assert.rejects(link.call({ kind: "ping" }), { code: "store_unavailable" });
  await link.close();
});

test("a thread that cannot start is an error of the call", async () => {
  const link = openLink(() => new Worker("throw new Error('no')", { eval: true }), {
    log: quietLog,
    restart: true,
  });
  await assert.rejects(link.call({ kind: "ping" }), { code: "store_unavailable" });
  await link.close();
});

test("what is asked in one turn of the event loop is one message, in order; what is asked later is another", async () => {
  const counting = `
    const { parentPort } = require("node:worker_threads");
    let messages = 0;
    parentPort.on("message", (requests) => {
      messages += 1;
      parentPort.postMessage(requests.map(({ id }, index) => ({ id, result: [messages, index] })));
    });
  `;
  const link = openLink(() => new Worker(counting, { eval: true }), { log: quietLog, restart: true });
  const ask = async () => link.call({ kind: "ping" }); // through promises, as the store asks
  assert.deepEqual(await Promise.all([ask(), link.call({ kind: "ping" }), ask()]), [
    [1, 0],
    [1, 1],
    [1, 2],
  ]);
  assert.deepEqual(await ask(), [2, 0]);
  await link.close();
});
