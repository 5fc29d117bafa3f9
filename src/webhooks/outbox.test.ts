import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { busPlugin } from "../core/bus/plugin.ts";
import type { Fetch, FetchedAnswer } from "../protocols/fetch.ts";
import { memoryStore } from "../testkit/memory-store.ts";
import { type TestHost, testHost } from "../testkit/test-host.ts";
import { createWebhooks } from "./create-webhooks.ts";
import {
  createDeliveryStores,
  deliveryRecord,
  dueDeliveries,
  sendingSteps,
  takeDelivery,
  trimDeliveries,
} from "./delivery-records.ts";
import { createOutbox } from "./outbox.ts";
import { createWebhookStores } from "./webhook-records.ts";

const userId = "ann";
const open: TestHost[] = [];
afterEach(() => Promise.all(open.splice(0).map((host) => host.shutdown())));

const answered = (status: number): FetchedAnswer => ({
  ...{ url: "https://r.example/", status, headers: {}, body: new Uint8Array() },
  text: () => "said",
});

/** An outbox with one message in it, on a clock that the test moves. */
async function outboxWith(fetch: Fetch) {
  const host = testHost({
    fetch,
    plugins: [busPlugin, { role: "store", name: "memory", create: (host) => memoryStore(host) }],
  });
  open.push(host);
  const store = await host.get("store");
  await createWebhookStores(store);
  await createDeliveryStores(store);
  const timestamp = host.now().toISOString();
  const message = { userId, url: "https://r.example/", event: "job_ended", timestamp, data: { a: 1 } };
  await store.transaction(sendingSteps(message, "msg_1", timestamp));
  return {
    host,
    store,
    outbox: createOutbox(host, store),
    waiting: async () => (await dueDeliveries(store, "9999"))[0],
  };
}

const never = new AbortController().signal;

describe("a message", () => {
  test("that is not taken is tried after pauses that grow, and given up at last", async () => {
    const { host, store, outbox, waiting } = await outboxWith(async () => answered(503));
    const pauses: number[] = [];
    for (let next = await waiting(); next !== undefined; next = await waiting()) {
      await outbox.tryNow(next, never);
      const again = await waiting();
      if (again === undefined) break;
      pauses.push((Date.parse(again.due) - host.now().getTime()) / 1000);
      host.clock.set(again.due);
    }
    assert.deepEqual(pauses, [5, 20, 80, 320, 1280, 5120, 20_480]);
    const { state, attempt, status, answer } = await deliveryRecord(store, { userId, id: "msg_1" });
    assert.deepEqual([state, attempt, status, answer], ["failed", 8, 503, "said"]);
  });

  test("is tried by one process at a time, and by another once the first is taken for dead", async () => {
    const { host, store, waiting } = await outboxWith(async () => answered(200));
    const found = (await waiting()) ?? assert.fail("it waits");
    const until = new Date(host.now().getTime() + 15_000).toISOString();
    assert.deepEqual(
      [await takeDelivery(store, found, until), await takeDelivery(store, found, until)],
      [true, false],
    );
    const left = (await waiting()) ?? assert.fail("it still waits");
    assert.deepEqual([left.due, left.attempt], [until, 1]);
    assert.equal(await takeDelivery(store, left, until), true);
  });

  test("whose sending is broken off by the end of the server is put back as it was", async () => {
    const stop = new AbortController();
    const { outbox, waiting } = await outboxWith(async (_url, options) => {
      stop.abort();
      throw options?.signal?.reason;
    });
    const before = (await waiting()) ?? assert.fail("it waits");
    await outbox.tryNow(before, stop.signal);
    assert.deepEqual(await waiting(), before);
  });
});

test("what was sent long ago is forgotten; what still waits is not", async () => {
  const { host, store, outbox, waiting } = await outboxWith(async () => answered(200));
  const message = { userId, url: "https://r.example/", event: "ping", timestamp: "", data: {} };
  await store.transaction(sendingSteps(message, "msg_2", host.now().toISOString()));
  await outbox.tryNow((await waiting()) ?? assert.fail("it waits"), never);
  await trimDeliveries(store, "9999-01-01T00:00:00.000Z");
  await assert.rejects(deliveryRecord(store, { userId, id: "msg_1" }), { code: "record_not_found" });
  assert.equal((await deliveryRecord(store, { userId, id: "msg_2" })).state, "waiting");
});

test("with a thousand that wait, a further one is written down as not sent", async () => {
  const { host, store } = await outboxWith(async () => answered(200));
  const later = new Date(host.now().getTime() + 3_600_000).toISOString();
  const message = { userId, url: "https://r.example/", event: "ping", timestamp: later, data: {} };
  const many = Array.from({ length: 999 }, (_, index) => sendingSteps(message, `msg_more_${index}`, later));
  await store.transaction(many.flat());
  const { stepsFor, deliveries } = await createWebhooks(host, new Set());
  const timestamp = host.now().toISOString();
  const callback = { callbackUrl: "https://r.example/", event: "job_ended", timestamp, data: {} };
  await store.transaction(await stepsFor({ userId, ...callback }));
  const [newest] = await deliveries(userId, { limit: 1, state: "failed" });
  assert.match(newest?.error ?? "", /Too many/);
  assert.deepEqual(
    await stepsFor({ userId: "bea", ...callback }).then((steps) => steps.length),
    2,
    "nobody else's",
  );
});
