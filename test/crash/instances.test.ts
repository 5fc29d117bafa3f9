import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { itemsTable, quoted } from "../../src/core/stores/postgres/names.ts";
import type { TurnEvent } from "../../src/protocols/turn-event.ts";
import { until } from "../../src/testkit/until.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { query } from "../support/postgres-store.ts";
import { skipWithoutRedis, startRedis, type TestRedis } from "../support/redis.ts";
import { type Api, type Entry, signIn } from "./api.ts";
import { addPlugin, type DataFolder, makeDataFolder, password } from "./data-folder.ts";
import { freePort, type ServerProcess, spawnServer, startServerProcess } from "./server-process.ts";
import { answerTo, question, startWordyUpstream } from "./wordy-upstream.ts";

const user = "anna";
const textOf = (events: readonly TurnEvent[]) =>
  events.map(({ event, data }) => (event === "message_tokens" ? data.content : "")).join("");

/** Two servers and a worker on one PostgreSQL and one Redis, as so many machines would be. */
describe("several instances", { skip: skipWithoutRedis }, () => {
  let redis: TestRedis;
  let postgres: TestPostgres;
  let worker: ChildProcess | undefined;
  let folder: DataFolder;
  let upstream: Awaited<ReturnType<typeof startWordyUpstream>>;
  let servers: readonly ServerProcess[] = [];
  let one: Api;
  let two: Api;
  before(async () => {
    [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
    folder = await makeDataFolder([user, "ben", "carl"]);
    appendFileSync(join(folder.path, "skeleton.yaml"), "jobs:\n  workers: 0\n");
    addPlugin(folder.path, "tool-chain.ts", "chainToolsPlugin", "tools.ts");
    addPlugin(folder.path, "tool-chain.ts", "besideChainPlugin", "model.ts");
    upstream = await startWordyUpstream();
    const options = async () => ({
      ...{ folder: folder.path, port: await freePort(), upstream: upstream.url },
      env: { REDIS_URL: redis.url, DATABASE_URL: postgres.url },
    });
    const first = await startServerProcess(await options()); // it makes the secrets and the tables
    servers = [first, await startServerProcess(await options())];
    worker = spawnServer({ ...(await options()), command: ["worker"] });
    one = await signIn(servers[0]?.url ?? "", user);
    two = await signIn(servers[1]?.url ?? "", user);
  });
  after(async () => {
    worker?.kill("SIGKILL");
    for (const server of servers) await server.kill();
    await upstream.close();
    folder.remove();
    await redis.remove();
    await postgres.stop();
  });

  /** Resolves once what a turn that runs has said is durable. */
  const saidSomething = () =>
    until("something is said, and kept", async () => {
      const kept = await query(postgres.url, `select from ${quoted(itemsTable("running_turns"))} limit 1`);
      return kept.length;
    });

  async function tokenAt(server: ServerProcess | undefined, username = user): Promise<string> {
    const response = await fetch(`${server?.url}/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username, password }),
    });
    return ((await response.json()) as { access_token: string }).access_token;
  }

  test("a stream begun at one is watched at the other while it comes, and resumed there under the same ids", async () => {
    const content = question("watched", 60, 20);
    let begun = { thread_id: "", turn_id: "" };
    let events: TurnEvent[] = [];
    let cameMs: number[] = [];
    // Asked for before Redis has it, it is told from the store: in few events, and no less right.
    for (let tries = 0; tries < 5 && events.length <= 30; tries += 1) {
      begun = await one.begin("/api/v1/message", { content, model: "wordy" });
      events = [];
      cameMs = [];
      for await (const event of two.watch(begun.turn_id)) {
        events.push(event);
        cameMs.push(performance.now());
      }
      assert.equal(textOf(events), answerTo(content));
    }
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
    await saidSomething();
    await two.post(`/api/v1/turns/${begun.turn_id}/stop`);
    const events = await Array.fromAsync(one.watch(begun.turn_id));
    assert.equal(events.at(-1)?.event, "stream_end");
    assert(textOf(events).length < answerTo(content).length);
    const entries = await two.get<readonly Entry[]>(
      `/api/v1/threads/${begun.thread_id}/messages?details=true`,
    );
    assert.equal(entries.at(-1)?.interrupted, true);
  });

  test("a question of one is answered by way of the other", async () => {
    const begun = await one.begin("/api/v1/message", { content: "guarded", model: "chain" });
    const watching = Array.fromAsync(two.watch(begun.turn_id));
    const asked = await until(
      "it asks",
      async () => (await two.get<readonly { readonly call_id: string }[]>("/api/v1/approvals"))[0],
    );
    await two.post(`/api/v1/turns/${begun.turn_id}/approvals/${asked.call_id}`, { approve: true });
    assert.equal(textOf(await watching), "Now guarded. guarded 1");
  });

  test("tokens of a job that a worker runs are seen at a server as they come", async () => {
    const content = question("worked", 100, 20);
    const { id } = await one.post<{ readonly id: number }>("/api/v1/jobs", {
      prompt: content,
      model: "wordy",
    });
    const job = () => one.get<{ readonly turn_id?: string | null }>(`/api/v1/jobs/${id}`);
    const turnId = await until("it runs", async () => (await job()).turn_id);
    const headers = { authorization: `Bearer ${await tokenAt(servers[0])}` };
    const stream = await fetch(`${servers[0]?.url}/api/v1/turns/${turnId}/events`, { headers });
    const text = await stream.text();
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, found]) => Number(found));
    assert.equal(ids[0], 1, "it is the worker's own log; the store's has other numbers");
    assert(ids.length > 50, `${ids.length} events`);
  });

  test("an instance whose clock is another goes by the database's", async () => {
    const ahead = "const { now } = Date; Date.now = () => now() + 300_000;";
    const third = await startServerProcess({
      ...{ folder: folder.path, port: await freePort(), upstream: upstream.url },
      env: { REDIS_URL: redis.url, DATABASE_URL: postgres.url },
      nodeFlags: ["--import", `data:text/javascript,${encodeURIComponent(ahead)}`],
    });
    try {
      assert.match(third.output(), /the clock here is not that of the database/);
      const there = await signIn(third.url, user);
      const begun = await there.begin("/api/v1/message", {
        content: question("ahead", 1, 0),
        model: "wordy",
      });
      await Array.fromAsync(there.watch(begun.turn_id));
      const threads =
        await one.get<readonly { readonly id: string; readonly created: string }[]>("/api/v1/threads");
      const created = threads.find(({ id }) => id === begun.thread_id)?.created ?? "";
      const aheadMs = Date.parse(created) - Date.now();
      assert(Math.abs(aheadMs) < 60_000, `${aheadMs} ms`); // a machine may be busy
    } finally {
      await third.kill();
    }
  });

  test("who signs out, is removed or may use less at one is refused by the other within 5 s, open streams included", async () => {
    const at = servers[1]?.url;
    const path = join(folder.path, "users.yaml");
    const users = readFileSync(path, "utf8");
    const fewer = users
      .replace(/^carl:\n(?: .*\n)+/m, "")
      .replace(/^ben:\n/m, 'ben:\n  model_mask: "^none$"\n');
    const open = async (username: string) => {
      const token = await tokenAt(servers[0], username);
      const headers = { authorization: `Bearer ${token}` };
      const stream = await fetch(`${at}/api/v1/events`, { headers });
      assert.equal(stream.status, 200);
      const now = () => performance.now();
      return { headers, cut: stream.text().then(now, now) };
    };
    const status = async (headers: Record<string, string>) =>
      (await fetch(`${at}/api/v1/threads`, { headers })).status;

    /** How long it took until nothing of the three was possible any more, in ms. */
    async function refusedAfter(): Promise<number> {
      const [anna, ben, carl] = [await open(user), await open("ben"), await open("carl")];
      const body = () => new URLSearchParams({ content: question("ben", 1, 0), model: "wordy" });
      const say = async () => {
        const answer = await fetch(`${at}/api/v1/message`, {
          ...{ method: "POST", headers: ben.headers, body: body() },
        });
        await answer.text();
        return answer.status;
      };
      assert.equal(await say(), 200);
      const out = await fetch(`${servers[0]?.url}/logout`, { method: "POST", headers: anna.headers });
      assert.equal(out.status, 200);
      writeFileSync(path, fewer, { mode: 0o600 });
      const changedAt = performance.now();
      const narrowed = async () => {
        for (let tries = 0; (await say()) !== 403; tries += 1) {
          assert(tries < 100, "the mask is narrower");
          await sleep(100);
        }
        return performance.now();
      };
      const times = await Promise.all([anna.cut, carl.cut, narrowed()]);
      for (const { headers } of [anna, carl]) assert.equal(await status(headers), 401);
      return Math.max(...times) - changedAt;
    }

    const took: number[] = [];
    for (let tries = 0; tries < 3 && !took.some((ms) => ms < 5_000); tries += 1) {
      writeFileSync(path, users, { mode: 0o600 });
      const known = async () =>
        (await Promise.all(servers.map((server) => tokenAt(server, "carl")))).every(Boolean);
      for (let looks = 0; !(await known()) && looks < 100; looks += 1) await sleep(100);
      took.push(await refusedAfter());
    }
    assert(
      took.some((ms) => ms < 5_000),
      `${took.map(Math.round)} ms, on a machine that may be busy`,
    );
  });

  test("what one was saying when it was killed is kept by the other, once the lease runs out", async () => {
    const content = question("killed", 2_000, 20);
    const begun = await one.begin("/api/v1/message", { content, model: "wordy" });
    const watching = Array.fromAsync(two.watch(begun.turn_id));
    await saidSomething();
    await servers[0]?.kill();
    const seen = await watching;
    assert(answerTo(content).startsWith(textOf(seen)), "its reader at the other is let go");
    const path = `/api/v1/threads/${begun.thread_id}/messages?details=true`;
    const kept = await until("the other closes it", async () => {
      const last = (await two.get<readonly Entry[]>(path)).at(-1);
      return last?.interrupted && last;
    });
    assert(answerTo(content).startsWith(kept.content));
  });
});
