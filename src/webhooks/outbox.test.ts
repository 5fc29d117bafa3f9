import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { busPlugin } from "../core/bus/plugin.ts";
import type { Fetch, FetchedAnswer } from "../protocols/fetch.ts";
import type { Store } from "../protocols/store.ts";
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

test("what is to be forgotten is looked for among the oldest, however many are kept", async () => {
  const { host, store } = await outboxWith(async () => answered(200));
  const write = (from: number, count: number, state: string) =>
    store.transaction(
      Array.from({ length: count }, (_, index) => ({
        ...{ op: "add", in: { userId, store: "webhook_deliveries" } },
        ...{ id: `msg_of_${from + index}`, data: { state } },
      })),
    );
  await write(0, 250, "delivered");
  await write(250, 1, "waiting");
  await write(251, 130, "failed");
  host.clock.advance(1_000);
  const before = host.now().toISOString();
  await write(381, 500, "delivered");

  const found: number[] = [];
  const listening: Store = {
    ...store,
    async findAll(name, find) {
      assert.equal(find?.where, undefined, "a condition may have all of them read");
      const records = await store.findAll(name, find);
      found.push(records.length);
      return records;
    },
  };
  await trimDeliveries(listening, before);
  const left = await store.find({ userId, store: "webhook_deliveries" }, { orderBy: "id" });
  assert.deepEqual(
    left.map(({ id }) => id).filter((id) => id < "msg_of_381"),
    ["msg_1", "msg_of_250"],
  );
  assert.equal(left.length, 502);
  assert.deepEqual(found, [100, 100, 100, 100], "382 old ones, and where the newer begin");
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
