import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { TurnEvent } from "../../src/protocols/turn-event.ts";
import { until } from "../../src/testkit/until.ts";
import { tailBegin } from "../../src/turns/tail-turn.ts";
import { writeTinyGguf } from "../support/tiny-gguf.ts";
import type { Begun, Entry } from "./api.ts";
import { type DataFolder, makeDataFolder, password } from "./data-folder.ts";
import { freePort, type ServerProcess, startServerProcess } from "./server-process.ts";
import { answerTo, question, startWordyUpstream } from "./wordy-upstream.ts";
import { type Heard, hear, lineTo, type WorkerLine } from "./worker-line.ts";

const limits = `
rate_limits:
  login: { points: 1000, seconds: 600 }
  message: { points: 1000, seconds: 600 }
  threads: { points: 1000, seconds: 600 }
  search: { points: 3, seconds: 600 }
`;

/** One server of two workers, over real sockets. What stands here is also the order in which it happens. */
describe("a server of two workers", () => {
  let folder: DataFolder;
  let upstream: Awaited<ReturnType<typeof startWordyUpstream>>;
  let server: ServerProcess;
  let one: WorkerLine;
  let two: WorkerLine;
  let headers: Record<string, string>;
  const lines: WorkerLine[] = [];
  before(async () => {
    folder = await makeDataFolder(["anna", "bert"]);
    appendFileSync(join(folder.path, "skeleton.yaml"), limits);
    mkdirSync(join(folder.path, "models"));
    writeTinyGguf(join(folder.path, "models", "tiny.gguf"), {
      answer: ["Hello", " there"],
      contextLength: 512,
    });
    upstream = await startWordyUpstream();
    server = await startServerProcess({
      ...{ folder: folder.path, port: await freePort(), upstream: upstream.url },
      command: ["serve", "--workers", "2"],
      env: { SKELETON_RATE_LIMITS: "on", LOG_LEVEL: "info" },
    });
    [one, two] = [await lineTo(server.url, 1), await lineTo(server.url, 2)];
    headers = await signIn(one, "anna");
  });
  after(async () => {
    for (const line of [one, two, ...lines]) line?.close();
    await server?.kill();
    await upstream?.close();
    folder?.remove();
  });

  async function signIn(line: WorkerLine, username: string): Promise<Record<string, string>> {
    const answer = await line.ask("/login", { json: { username, password } });
    const { access_token } = JSON.parse(answer.text) as { access_token: string };
    return { authorization: `Bearer ${access_token}` };
  }
  async function begin(line: WorkerLine, content: string, model = "wordy"): Promise<Begun> {
    const asked = { headers: { ...headers, accept: "application/json" }, form: { content, model } };
    const answer = await line.ask("/api/v1/message", asked);
    assert.equal(answer.status, 202, answer.text);
    return JSON.parse(answer.text) as Begun;
  }
  const eventsPath = ({ turn_id }: Begun) => `/api/v1/turns/${turn_id}/events`;
  const eventsIn = (stream: string) =>
    [...stream.matchAll(/^data: (.*)$/gm)].map(([, data = ""]) => JSON.parse(data) as TurnEvent);
  const textOf = (events: readonly TurnEvent[]) =>
    events.map(({ event, data }) => (event === "message_tokens" ? data.content : "")).join("");
  async function lastEntry(
    line: WorkerLine,
    { thread_id }: Pick<Begun, "thread_id">,
  ): Promise<Entry | undefined> {
    const answer = await line.ask(`/api/v1/threads/${thread_id}/messages?details=true`, { headers });
    return (JSON.parse(answer.text) as readonly Entry[]).at(-1);
  }
  /**
   * A turn of another worker, heard at this one as it is made. One that does not hear of it soon enough tells it from the
   * store, which shows by its ids; then it is asked again.
   */
  async function watchLive(worker: number, begun: Begun): Promise<Heard> {
    return until("it is heard as it is made", async () => {
      const line = await lineTo(server.url, worker);
      lines.push(line);
      const heard = hear(await line.open(eventsPath(begun), { headers }));
      if (Number(/^id: (\d+)$/m.exec(await heard.words)?.[1]) < tailBegin) return heard;
      line.close();
      return undefined;
    });
  }
  /** Process numbers of this worker, oldest first. */
  const pidsOf = (worker: number) => {
    const lines = server
      .output()
      .split("\n")
      .filter((line) => line.includes('"worker":'));
    const all = lines.map((line) => JSON.parse(line) as { worker: number; pid?: number });
    return [...new Set(all.flatMap((line) => (line.worker === worker && line.pid ? [line.pid] : [])))];
  };

  test("a turn of one is watched at the other as it comes, stopped from there, and resumed under the same ids", async () => {
    const content = question("watched", 5_000, 10);
    const begun = await begin(one, content);
    const { all } = await watchLive(2, begun);
    const stop = await two.ask(`/api/v1/turns/${begun.turn_id}/stop`, { method: "POST", headers });
    assert.equal(stop.status, 200);
    const events = eventsIn(await all);
    assert.equal(events.at(-1)?.event, "stream_end");
    assert(answerTo(content).startsWith(textOf(events).trimEnd()));
    assert(textOf(events).length < answerTo(content).length);
    assert.equal((await lastEntry(two, begun))?.interrupted, true);
    const after = `${eventsPath(begun)}?after=1`;
    const here = await one.ask(after, { headers });
    const there = await until("the other tells it from the history", async () => {
      const answer = await two.ask(after, { headers });
      return answer.status !== 410 && answer; // a busy machine was not quick enough
    });
    assert.match(here.text, /^id: 2$/m);
    assert.equal(there.text, here.text);
  });

  test("a call of a program is cancelled at another than the one that runs it", async () => {
    const [client, stranger] = [randomUUID(), randomUUID()];
    const content = question("cancelled", 5_000, 10);
    const mcp = (session: string, json: object) => ({
      headers: { ...headers, accept: "application/json, text/event-stream", "mcp-session-id": session },
      json: { jsonrpc: "2.0", ...json },
    });
    const args = {
      name: "ask",
      arguments: { message: content, model: "wordy" },
      _meta: { progressToken: 1 },
    };
    const calling = await lineTo(server.url, 1);
    lines.push(calling);
    const heard = hear(
      await calling.open("/mcp", mcp(client, { id: 7, method: "tools/call", params: args })),
      "notifications/progress",
    );
    await heard.words;
    for (const session of [stranger, client]) {
      const params = { requestId: 7 };
      const told = await two.ask("/mcp", mcp(session, { method: "notifications/cancelled", params }));
      assert.equal(told.status, 202);
    }
    const said = await heard.all;
    assert.doesNotMatch(said, /"result"|"error"/);
    const found = await two.ask("/api/v1/threads?limit=1", { headers });
    const [thread] = JSON.parse(found.text) as readonly { readonly id: string }[];
    const last = await lastEntry(one, { thread_id: thread?.id ?? "" });
    assert.equal(last?.interrupted, true);
    assert(answerTo(content).startsWith(last?.content ?? "nothing"));
  });

  test("a sign-in that ends at one ends at the other, its open streams too", async () => {
    const ending = await signIn(one, "bert");
    const watching = await lineTo(server.url, 2); // it does not survive this
    const stream = await watching.open("/api/v1/events", { headers: ending });
    assert.equal(stream.statusCode, 200);
    const { all: cut } = hear(stream);
    assert.equal((await one.ask("/logout", { method: "POST", headers: ending })).status, 200);
    await cut;
    watching.close();
    assert.equal((await two.ask("/api/v1/threads", { headers: ending })).status, 401);
  });

  test("calls are counted together, and what one figures tells is told by the other too", async () => {
    const calls = await Promise.all(
      [one, two, one, two, one].map(
        async (line) => (await line.ask("/api/v1/search?q=x", { headers })).status,
      ),
    );
    assert.deepEqual(calls.toSorted(), [200, 200, 200, 429, 429]);
    const { text: metrics } = await two.ask("/metrics");
    for (const worker of [1, 2])
      assert.match(metrics, new RegExp(`^skeleton_turns_started_total\\{worker="${worker}"\\} \\d+$`, "m"));
    assert.equal(metrics.match(/^# TYPE skeleton_turns_started_total/gm)?.length, 1);
  });

  test("a model of this machine is loaded once for both", async () => {
    for (const line of [one, two]) {
      const begun = await begin(line, "Hi", "tiny");
      const { text: events } = await line.ask(eventsPath(begun), { headers });
      assert.equal(textOf(eventsIn(events)), "Hello there");
    }
    assert.equal(server.output().match(/llama\.cpp: loaded/g)?.length, 1);
  });

  test("one that is killed in mid-answer is replaced, and what it had said is kept", async () => {
    const content = question("killed", 5_000, 10);
    const begun = await begin(two, content);
    const watched = await watchLive(1, begun);
    const saved = hear(await one.open(`${eventsPath(begun)}?after=${tailBegin}`, { headers }));
    await saved.words; // something of it is in the store
    process.kill(pidsOf(2).at(-1) ?? 0, "SIGKILL");
    assert.doesNotMatch(await watched.all, /stream_end/);
    assert.match(await saved.all, /"stream_end".*"interrupted":true/);
    two.close();
    two = await lineTo(server.url, 2);
    const kept = await lastEntry(two, begun);
    assert.equal(kept?.interrupted, true);
    assert(answerTo(content).startsWith(kept?.content ?? "nothing"));
    assert.equal(pidsOf(2).length, 2);
  });

  test("SIGTERM ends all of them within ten seconds, with 0, and keeps what was said", async () => {
    const begun = await begin(two, question("last", 5_000, 10));
    const watched = await watchLive(1, begun);
    const pids = [...pidsOf(1), ...pidsOf(2)];
    assert.equal(pids.length, 3);
    const { code, ms } = await server.stop();
    assert.equal(code, 0, server.output());
    assert(ms < 10_000, `${Math.round(ms)} ms`);
    assert.equal(eventsIn(await watched.all).at(-1)?.event, "stream_end", "readers elsewhere are told");
    for (const pid of pids) assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  });
});
