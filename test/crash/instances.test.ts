import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { TurnEvent } from "../../src/protocols/turn-event.ts";
import { skipWithoutRedis, startRedis, type TestRedis } from "../support/redis.ts";
import { type Api, type Entry, signIn } from "./api.ts";
import { type DataFolder, makeDataFolder, password } from "./data-folder.ts";
import { freePort, type ServerProcess, startServerProcess } from "./server-process.ts";
import { answerTo, question, startWordyUpstream } from "./wordy-upstream.ts";

const user = "anna";
const textOf = (events: readonly TurnEvent[]) =>
  events.map(({ event, data }) => (event === "message_tokens" ? data.content : "")).join("");

/** Two processes on one data folder and one Redis, as two machines would be on one database. */
describe("two instances", { skip: skipWithoutRedis, timeout: 60_000 }, () => {
  let redis: TestRedis;
  let folder: DataFolder;
  let upstream: Awaited<ReturnType<typeof startWordyUpstream>>;
  let servers: readonly ServerProcess[] = [];
  let one: Api;
  let two: Api;
  before(async () => {
    redis = await startRedis();
    folder = await makeDataFolder([user]);
    upstream = await startWordyUpstream();
    const start = async () =>
      startServerProcess({
        ...{ folder: folder.path, port: await freePort(), upstream: upstream.url },
        env: { REDIS_URL: redis.url },
      });
    const first = await start(); // it makes the secrets and the database
    servers = [first, await start()];
    one = await signIn(servers[0]?.url ?? "", user);
    two = await signIn(servers[1]?.url ?? "", user);
  });
  after(async () => {
    for (const server of servers) await server.kill();
    await upstream.close();
    folder.remove();
    await redis.remove();
  });

  async function tokenAt(server: ServerProcess | undefined): Promise<string> {
    const response = await fetch(`${server?.url}/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: user, password }),
    });
    return ((await response.json()) as { access_token: string }).access_token;
  }

  test("a stream begun at one is watched at the other while it comes, and resumed there under the same ids", async () => {
    const content = question("watched", 60, 20);
    const begun = await one.begin("/api/v1/message", { content, model: "wordy" });
    const events: TurnEvent[] = [];
    let cameMs: number[] = [];
    for await (const event of two.watch(begun.turn_id)) {
      events.push(event);
      cameMs.push(performance.now());
    }
    assert.equal(textOf(events), answerTo(content));
    cameMs = cameMs.slice(0, -1);
    assert(events.length > 30, `${events.length} events: it came token by token`);
    assert((cameMs.at(-1) ?? 0) - (cameMs[0] ?? 0) > 400, "it came while it was made");
    const resumed = await fetch(`${servers[0]?.url}/api/v1/turns/${begun.turn_id}/events?after=10`, {
      headers: { authorization: `Bearer ${await tokenAt(servers[0])}` },
    });
    const ids = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    const there = await fetch(`${servers[1]?.url}/api/v1/turns/${begun.turn_id}/events?after=10`, {
      headers: { authorization: `Bearer ${await tokenAt(servers[1])}` },
    });
    const [here, far] = [await resumed.text(), await there.text()];
    assert.equal(ids(here)[0], 11);
    assert.equal(far, here);
  });

  test("a stop at the other ends it, and keeps what was said", async () => {
    const content = question("stopped", 500, 20);
    const begun = await one.begin("/api/v1/message", { content, model: "wordy" });
    await sleep(300);
    await two.post(`/api/v1/turns/${begun.turn_id}/stop`);
    const events = await Array.fromAsync(one.watch(begun.turn_id));
    assert.equal(events.at(-1)?.event, "stream_end");
    assert(textOf(events).length < answerTo(content).length);
    const entries = await two.get<readonly Entry[]>(
      `/api/v1/threads/${begun.thread_id}/messages?details=true`,
    );
    assert.equal(entries.at(-1)?.interrupted, true);
  });

  test("a sign-in that ends at one ends at the other, its open streams too", async () => {
    const token = await tokenAt(servers[0]);
    const headers = { authorization: `Bearer ${token}` };
    const stream = await fetch(`${servers[1]?.url}/api/v1/events`, { headers });
    assert.equal(stream.status, 200);
    const cut = stream.text().catch(() => "cut");
    const endedAt = performance.now();
    assert.equal((await fetch(`${servers[0]?.url}/logout`, { method: "POST", headers })).status, 200);
    await cut;
    const tookMs = performance.now() - endedAt;
    assert(tookMs < 20_000, `${tookMs} ms`); // within 5 s on a machine that does nothing else
    assert.equal((await fetch(`${servers[1]?.url}/api/v1/threads`, { headers })).status, 401);
  });

  test("what one was saying when it was killed is kept by the other, once the lease runs out", async () => {
    const content = question("killed", 2_000, 20);
    const begun = await one.begin("/api/v1/message", { content, model: "wordy" });
    await sleep(400);
    await servers[0]?.kill();
    for (;;) {
      const entries = await two.get<readonly Entry[]>(
        `/api/v1/threads/${begun.thread_id}/messages?details=true`,
      );
      if (entries.at(-1)?.interrupted) {
        assert(answerTo(content).startsWith(entries.at(-1)?.content ?? "nothing"));
        return;
      }
      await sleep(200);
    }
  });
});
