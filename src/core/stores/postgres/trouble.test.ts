import assert from "node:assert/strict";
import { createServer, connect as dial, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { setImmediate as loopOver, setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { freshDatabase, openOn, query, testServer } from "../../../../test/support/postgres-store.ts";
import type { Store } from "../../../protocols/store.ts";
import { type LoggedLine, recordingLogger } from "../../../testkit/test-host.ts";
import { until } from "../../../testkit/until.ts";

const place = { userId: "ann", store: "things" };
const at = { ...place, id: "one" };
const SHAPE = { title: "str", log: "json_collection" } as const;

async function open(context: TestContext, url: string): Promise<Store> {
  const store = await openOn(url);
  context.after(() => store.shutdown());
  await store.createStoreIfNotExists("things", SHAPE, { search: ["title", "log.text"] });
  if ((await store.get(at)) === undefined) await store.add(place, {}, "one");
  return store;
}

/** Ends every connection that a store has. */
const cutAll = (url: string) =>
  query(url, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'skeleton'");

test("connections that were lost while nobody used them are made again", async (context) => {
  const url = await freshDatabase();
  const store = await open(context, url);
  await store.find(place);
  await cutAll(url);
  assert.equal(await store.collectionAppend(at, "log", {}), 0);
  assert.equal((await store.find(place)).length, 1);
  assert.deepEqual(await store.fullTextSearch(place, "nothing"), []);
});

test("a write whose connection is lost before its commit is done once", async (context) => {
  const url = await freshDatabase();
  const store = await open(context, url);
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  await other.query(`begin; select from "store.things" for update`);
  const appended = store.collectionAppend(at, "log", {});
  const waiting = "select from pg_stat_activity where wait_event_type = 'Lock'";
  await until("the append waits for the other", async () => (await query(url, waiting)).length);
  await cutAll(url);
  await other.query("rollback");
  await other.end();
  assert.equal(await appended, 0);
  assert.equal(await store.collectionCount(at, "log"), 1);
});

/** The way to the server, which breaks once a commit has been answered, before the answer arrives. */
async function breakingWay(context: TestContext, url: string) {
  const { port, hostname } = new URL(url);
  let armed = false;
  const sockets = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = dial(Number(port), hostname);
    let committing = false;
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined); // it is broken on purpose
      socket.on("close", () => {
        near.destroy();
        far.destroy();
      });
    }
    near.on("data", (piece: Buffer) => {
      committing = armed && piece.includes("commit");
      far.write(piece);
    });
    far.on("data", (piece: Buffer) => {
      if (committing && piece.includes("COMMIT")) {
        armed = false;
        near.destroy();
      } else if (!committing) near.write(piece);
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => proxy.once("listening", resolve));
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  const address = new URL(url);
  address.port = String((proxy.address() as { port: number }).port);
  return {
    url: String(address),
    arm() {
      armed = true;
    },
  };
}

test("a transaction whose connection is lost during its commit is not done again, and is answered", async (context) => {
  const way = await breakingWay(context, await freshDatabase());
  const store = await open(context, way.url);
  way.arm();
  const results = await store.transaction([
    { op: "append", at, field: "log", item: { n: 1 } },
    { op: "append", at, field: "log", item: { n: 2 } },
  ]);
  assert.deepEqual(results, [0, 1]);
  assert.equal(await store.collectionCount(at, "log"), 2);
});

test("of a commit whose answer is lost with everything before it, no success is made up", async (context) => {
  const way = await breakingWay(context, await freshDatabase());
  const store = await open(context, way.url);
  way.arm();
  await assert.rejects(store.collectionAppend(at, "log", {}), {
    code: "store_unavailable",
    message: /It was written/,
  });
  assert.equal(await store.collectionCount(at, "log"), 1);
  assert.equal(await store.collectionAppend(at, "log", {}), 1);
});

test("whatever was acknowledged before the database was killed is there once, and nothing is there twice", async (context) => {
  const server = await testServer();
  const store = await open(context, await freshDatabase());
  const acknowledged = new Set<number>();
  const calls: Promise<unknown>[] = [];
  for (let n = 0; n < 600; n += 1) {
    const steps = [0, 1].map((half) => ({ op: "append" as const, at, field: "log", item: { n, half } }));
    const call = n % 3 === 0 ? store.transaction(steps) : store.collectionAppend(at, "log", { n });
    calls.push(
      call.then(
        () => acknowledged.add(n),
        () => undefined, // not acknowledged
      ),
    );
    if (n % 20 === 19) await calls.at(-10);
    if (n === 200 || n === 400) void server.crash().then(() => server.restart());
  }
  await Promise.all(calls);
  const items = (await store.collectionGet(at, "log")).map(
    ({ item }) => item as { n: number; half?: number },
  );
  const names = items.map(({ n, half = 0 }) => `${n}.${half}`);
  assert.equal(new Set(names).size, names.length, "nothing twice");
  for (const n of acknowledged) {
    assert.ok(names.includes(`${n}.0`), `${n} was acknowledged`);
    if (n % 3 === 0) assert.ok(names.includes(`${n}.1`), `all of ${n}`);
  }
  assert.ok(acknowledged.size > 400, `${acknowledged.size} of 600 were done`);
});

/** The way to the server, on which everything can get lost without a word. */
async function silentWay(context: TestContext, url: string) {
  const { port, hostname } = new URL(url);
  const sockets = new Set<Socket>();
  let open = true;
  const proxy = createServer((near) => {
    const far = dial(Number(port), hostname);
    const begunOpen = open;
    for (const [from, to] of [[near, far] as const, [far, near] as const]) {
      sockets.add(from);
      from.on("error", () => undefined);
      from.on("data", (piece) => open && begunOpen && sockets.has(from) && to.write(piece));
      from.on("close", () => sockets.has(from) && to.destroy());
    }
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => proxy.once("listening", resolve));
  const all: Socket[] = [];
  /** What is there hears nothing any more. */
  const deafen = () => {
    all.push(...sockets);
    sockets.clear();
  };
  context.after(() => {
    deafen();
    for (const socket of all) socket.destroy();
    proxy.close();
  });
  const address = new URL(url);
  address.port = String((proxy.address() as { port: number }).port);
  return {
    url: String(address),
    deafen,
    set(to: "open" | "cut") {
      open = to === "open";
      if (!open) deafen();
    },
  };
}

/** Far below the time that a statement may take, which is what it would take to notice by waiting. */
const soonMs = 25_000;

async function soon<T>(work: Promise<T>): Promise<T> {
  const beganAt = performance.now();
  try {
    return await work;
  } finally {
    assert.ok(performance.now() - beganAt < soonMs, `${performance.now() - beganAt} ms`);
  }
}

test("connections that lead nowhere since a failover are given up, and what was asked there is asked anew", async (context) => {
  const way = await silentWay(context, await freshDatabase());
  const store = await open(context, way.url);
  await Promise.all(Array.from({ length: 6 }, () => store.find(place)));
  way.deafen();
  const [position, ...found] = await soon(
    Promise.all([
      store.collectionAppend(at, "log", {}),
      ...Array.from({ length: 8 }, () => store.find(place)),
      store.fullTextSearch(place, "nothing"),
    ]),
  );
  assert.equal(position, 0);
  assert.equal(found.length, 9);
  assert.equal(await store.collectionCount(at, "log"), 1);
});

test("a database that is silent as if it were not there is told of, and found again once it is", async (context) => {
  const way = await silentWay(context, await freshDatabase());
  const store = await open(context, way.url);
  way.set("cut");
  await soon(
    Promise.all([
      assert.rejects(store.collectionAppend(at, "log", {}), { code: "store_unavailable" }),
      assert.rejects(store.find(place), { code: "store_unavailable" }),
      assert.rejects(store.ping(), { code: "store_unavailable" }),
    ]),
  );
  // Those of two kinds share no transaction, and yet fail together.
  const refused: Promise<void>[] = [];
  for (let n = 0; n < 6; n += 1)
    for (const write of [store.ping, () => store.collectionAppend(at, "log", {})]) {
      refused.push(assert.rejects(write(), { code: "store_unavailable" }));
      await loopOver();
    }
  await soon(Promise.all(refused));
  way.set("open");
  await until("it is found", () =>
    store.ping().then(
      () => true,
      () => false,
    ),
  );
  assert.equal(await store.collectionAppend(at, "log", {}), 0);
  assert.equal((await store.find(place)).length, 1);
});

test("a connection whose statement takes long is left alone", async (context) => {
  const url = await freshDatabase();
  const logged: LoggedLine[] = [];
  await open(context, url);
  const store = await openOn(url, { lockMs: 60_000, log: recordingLogger(logged) });
  context.after(() => store.shutdown());
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  await other.query(`begin; select from "store.things" for update`);
  const appended = store.collectionAppend(at, "log", {});
  await sleep(7_000); // it is looked at after four
  await other.query("rollback");
  await other.end();
  assert.equal(await appended, 0);
  assert.deepEqual(logged, []);
});

test("a key that is too long for an index is bad input", async (context) => {
  const store = await open(context, await freshDatabase());
  const key = Array.from({ length: 4_000 }, (_, n) => (n * 7919).toString(36)).join("");
  await assert.rejects(store.collectionAppend(at, "log", {}, { key }), { code: "bad_input" });
  assert.equal(await store.collectionAppend(at, "log", {}), 0);
});

test("of a text that is longer than an index holds, what fits is found", async (context) => {
  const store = await open(context, await freshDatabase());
  const words = Array.from({ length: 150_000 }, (_, n) => `w${(n * 7919).toString(36)}`);
  await store.collectionAppend(at, "log", { text: `alpha ${words.join(" ")}` });
  await store.collectionAppend(at, "log", { text: `${"of ".repeat(20_000)} beta gamma` });
  const found = async (text: string) => (await store.fullTextSearch(place, text)).length;
  assert.deepEqual(
    [await found("alpha"), await found(words[20_000] ?? ""), await found('"beta gamma"')],
    [1, 1, 1],
  );
});
