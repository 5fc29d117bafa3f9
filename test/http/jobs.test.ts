import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Static } from "typebox";
import type { JobList, JobRow, JobRows, JobStatsRow } from "../../src/http/skeleton/job-schemas.ts";
import { answer, refusal } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

type Job = Static<typeof JobRow>;

let server: TestServer;
before(async () => {
  server = await startTestServer({ jobs: { backoff_ms: 1, workers: 3 } });
});
after(() => server.close());

type User = Parameters<TestServer["as"]>[0];

async function post(path: string, json: unknown = {}, { user = "ada" as User, key = "" } = {}) {
  const headers = key === "" ? {} : { "idempotency-key": key };
  const response = await server.as(user)(path, { method: "POST", json, headers });
  return { status: response.status, body: (await response.json()) as Job & { detail: string } };
}

const submit = (json: object, options?: Parameters<typeof post>[2]) => post("/api/v1/jobs", json, options);
const show = (id: number, user: User = "ada") => server.as(user).get<Job>(`/api/v1/jobs/${id}`);

/** What its events say, up to its end. */
async function heard(id: number): Promise<{ event: string; data: Record<string, unknown> }[]> {
  const response = await server.as("ada")(`/api/v1/jobs/${id}/events`);
  assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  const frames = (await response.text()).split("\n\n").filter((frame) => frame.startsWith("data: "));
  return frames.map((frame) => JSON.parse(frame.slice(6)));
}

const ended = async (id: number): Promise<Job> => (await heard(id)).at(-1)?.data as Job;

/** An upstream that waits until it is let go. */
function held(): () => void {
  const gate = Promise.withResolvers<void>();
  server.upstream.script(() => ({
    steps: [
      { tokens: ["one "] },
      { wait: gate.promise },
      { tokens: ["two"] },
      { finish: "stop" },
      { done: true },
    ],
  }));
  return gate.resolve;
}

describe("a job", () => {
  test("is taken with 202, answered by the server's workers, and can be asked for", async () => {
    server.upstream.script(() => answer("It is 42."));
    const { status, body } = await submit({ prompt: "What is it?", title: "Sums", meta: { n: 1 } });
    assert.deepEqual([status, body.state, body.result, body.error], [202, "queued", null, null]);
    const done = await ended(body.id);
    assert.deepEqual([done.state, done.result, done.error, done.attempt], ["done", "It is 42.", null, 1]);
    assert.deepEqual(await show(body.id), done);
    const messages = await server
      .as("ada")
      .get<{ content: string }[]>(`/api/v1/threads/${body.thread_id}/messages`);
    assert.deepEqual(
      messages.map(({ content }) => content),
      ["What is it?", "It is 42."],
    );
    assert.deepEqual(done.meta, { n: 1 });
    assert.match(done.created_at, /^\d{4}-\d\d-\d\dT.*Z$/);
  });

  test("is watched: each state, and what its turn says as it says it", async () => {
    const go = held();
    const { body } = await submit({ prompt: "Count." });
    const events = heard(body.id);
    await until("it runs", async () => (await show(body.id)).turn_id);
    go();
    const told = await events;
    const states = told.filter(({ event }) => event === "job").map(({ data }) => data.state);
    assert.deepEqual([states[0] === "error", states.at(-1)], [false, "done"]);
    const said = told.filter(({ event }) => event === "message_tokens").map(({ data }) => data.content);
    assert.equal(said.join(""), "one two");
    assert.equal(told.at(-2)?.event, "stream_end");
    const later = (await heard(body.id)).map(({ event }) => event);
    assert.deepEqual([later[0], ...later.slice(-2)], ["thread_id", "stream_end", "job"]);
  });

  test("in a thread that it names makes it, and the next ones go on in it in order", async () => {
    server.upstream.script(() => answer("ok"));
    const { status, body } = await post("/api/v1/jobs/batch", {
      jobs: ["one", "two", "three"].map((prompt) => ({ prompt, thread_id: "my own thread" })),
    });
    assert.equal(status, 202);
    const { jobs } = body as unknown as Static<typeof JobRows>;
    await Promise.all(jobs.map(({ id }) => ended(id)));
    const path = `/api/v1/threads/${encodeURIComponent("my own thread")}/messages`;
    const messages = await server.as("ada").get<{ content: string }[]>(path);
    assert.deepEqual(
      messages.map(({ content }) => content),
      ["one", "ok", "two", "ok", "three", "ok"],
    );
  });

  test("is cancelled: its turn stops, and it stays cancelled", async () => {
    const go = held();
    const { body } = await submit({ prompt: "Count." });
    await until("it runs", async () => (await show(body.id)).turn_id);
    const cancelled = await post(`/api/v1/jobs/${body.id}/cancel`);
    assert.deepEqual([cancelled.status, cancelled.body.state], [200, "cancelled"]);
    assert.equal((await ended(body.id)).state, "cancelled");
    go();
    const { turn_id } = await show(body.id);
    const turn = () => server.as("ada").get<{ state: string }>(`/api/v1/turns/${turn_id}`);
    await until("its turn has ended", async () => (await turn()).state !== "running");
    assert.equal((await post(`/api/v1/jobs/${body.id}/cancel`)).body.state, "cancelled");
  });

  test("that fails is tried as often as it says, tells why, and can be repeated", async () => {
    server.upstream.script(() => refusal(503, "overloaded"));
    const { body } = await submit({ prompt: "Hello", attempts: 2 });
    const failed = await ended(body.id);
    assert.deepEqual([failed.state, failed.attempt, failed.error?.code], ["error", 2, "upstream_refused"]);
    assert.match(failed.result ?? "", /overloaded/);
    server.upstream.script(() => answer("now"));
    const again = await post(`/api/v1/jobs/${body.id}/retry`);
    assert.equal(again.status, 202);
    assert.equal((await ended(again.body.id)).result, "now");
  });

  test("for an unknown model ends in an error that names it", async () => {
    const { body } = await submit({ prompt: "Hello", model: "no-such-model" });
    const failed = await ended(body.id);
    assert.deepEqual([failed.state, failed.attempt], ["error", 1]);
    assert.match(failed.error?.message ?? "", /no-such-model/);
  });
});

describe("a chat role as a job's template", () => {
  type Role = { id: string; name: string; version: number };
  const role = async (json: object, path = "/api/v1/roles") =>
    (await post(path, json)).body as unknown as Role & Job & { detail: string };

  test("is filled in as it reads when the job is taken, or in the version that is named, and kept with the job", async () => {
    server.upstream.script(() => answer("Gern."));
    const made = await role({ name: "Translator", instructions: "Answer in {{ language }}." });
    const path = `/api/v1/roles/${made.id}`;
    const changed = await role({ instructions: "Reply in {{language}}, {{ tone? }}" }, path);
    assert.deepEqual([made.version, changed.version], [1, 2]);
    const template = { role_id: made.id, variables: { language: "German" } };
    const newest = await submit({ prompt: "Please?", template });
    assert.equal(newest.status, 202);
    await role({ instructions: "Say nothing." }, path);
    const first = await submit({ prompt: "Please?", template: { ...template, version: 1 } });
    for (const [{ body }, version, instructions] of [
      [newest, 2, "Reply in German, "],
      [first, 1, "Answer in German."],
    ] as const) {
      const done = await ended(body.id);
      assert.deepEqual([done.state, done.instructions], ["done", instructions]);
      assert.deepEqual(done.template, { ...template, version });
      const asked = server.upstream.requests.map(({ body }) => JSON.stringify(body.messages));
      assert.ok(
        asked.some((messages) => messages.includes(`"content":"${instructions}"`)),
        "the model was told",
      );
    }
    const versions = await server
      .as("ada")
      .get<{ version: number; instructions: string; replaced: string | null }[]>(`${path}/versions`);
    assert.deepEqual(
      versions.map(({ version, instructions }) => [version, instructions]),
      [
        [3, "Say nothing."],
        [2, "Reply in {{language}}, {{ tone? }}"],
        [1, "Answer in {{ language }}."],
      ],
    );
    assert.deepEqual(
      versions.map(({ replaced }) => replaced !== null),
      [false, true, true],
    );
    await server.as("ada")(path, { method: "DELETE" });
    const again = await post(`/api/v1/jobs/${first.body.id}/retry`);
    const { instructions, template: from } = await ended(again.body.id);
    assert.deepEqual([instructions, from?.version], ["Answer in German.", 1], "though the role is gone");
  });

  test("that is not there, lacks a value, or stands beside instructions is refused", async () => {
    const { id } = await role({ name: "Strict", instructions: "Be {{ what }}, {{ who }}." });
    const odd = await role({ name: "Odd", instructions: "{% raw %}{{ a + b }}" });
    const refused = async (json: object, words: RegExp, user: User = "ada") => {
      const { status, body } = await submit({ prompt: "x", ...json }, { user });
      assert.deepEqual([status, words.test(body.detail)], [400, true], body.detail);
    };
    const variables = { what: "brief", who: "Bob" };
    await refused({ template: { role_id: "none" } }, /There is no role none/);
    await refused({ template: { role_id: id, variables } }, /There is no role/, "bob");
    await refused({ template: { role_id: id, variables, version: 2 } }, /no version 2: it has 1/);
    await refused({ template: { role_id: id, variables: { what: "brief" } } }, /Strict .*`who`/);
    await refused({ template: { role_id: odd.id, variables } }, /Odd cannot be filled in/);
    await refused({ template: { role_id: id, variables }, instructions: "Be long." }, /or a template/);
    assert.equal((await server.as("bob")(`/api/v1/roles/${id}/versions`)).status, 404);
  });

  test("that would make a call many times as large is refused", async () => {
    const { id } = await role({ name: "Echo", instructions: "{{ a }}".repeat(700) });
    const template = { role_id: id, variables: { a: "x".repeat(1000) } };
    const before = (await server.as("ada").get<{ jobs: Job[] }>("/api/v1/jobs?limit=1")).jobs[0]?.id;
    const { status, body } = await post("/api/v1/jobs/batch", {
      jobs: Array.from({ length: 20 }, () => ({ prompt: "x", template })),
    });
    assert.deepEqual([status, /10000000 characters/.test((body as { detail: string }).detail)], [400, true]);
    const jobs = (await server.as("ada").get<{ jobs: Job[] }>("/api/v1/jobs?limit=1")).jobs;
    assert.equal(jobs[0]?.id, before, "none was taken");
  });
});

describe("what cannot be", () => {
  test("is refused before anything is taken", async () => {
    const { counts } = await server.as("bob").get<Static<typeof JobList>>("/api/v1/jobs");
    for (const json of [
      {},
      { prompt: "" },
      { prompt: 7 },
      { prompt: "x", unknown: 1 },
      { prompt: "x", thread_id: "a\u0000b" },
      { prompt: "x", attempts: 0 },
      { prompt: "x", timeout_ms: 0 },
      { prompt: "x", callback_url: "file:///etc/passwd" },
    ]) {
      const { status } = await submit(json, { user: "bob" });
      assert.ok(status === 400 || status === 422, `${JSON.stringify(json)} was answered ${status}`);
    }
    const batch = { jobs: [{ prompt: "good" }, { prompt: " " }] };
    assert.equal((await post("/api/v1/jobs/batch", batch, { user: "bob" })).status, 400);
    assert.equal((await submit({ prompt: "x", model: "gamma" }, { user: "beta" })).status, 403);
    assert.equal((await submit({ prompt: "x", priority: 1 }, { user: "bob" })).status, 403);
    assert.equal((await submit({ prompt: "x" }, { user: null })).status, 401);
    const after = await server.as("bob").get<Static<typeof JobList>>("/api/v1/jobs");
    assert.deepEqual(after.counts, counts);
  });

  test("is somebody else's job: it is answered like a missing one", async () => {
    const { body } = await submit({ prompt: "Hello" });
    for (const id of [body.id, 999_999]) {
      const path = `/api/v1/jobs/${id}`;
      assert.equal((await server.as("bob")(path)).status, 404);
      assert.equal((await server.as("bob")(`${path}/events`)).status, 404);
      for (const verb of ["cancel", "retry"])
        assert.equal((await post(`${path}/${verb}`, {}, { user: "bob" })).status, 404);
    }
    const { status } = await server.as("ada")("/api/v1/jobs/abc");
    assert.ok(status === 400 || status === 422);
    await ended(body.id);
  });
});

test("an Idempotency-Key makes one job of several calls, and one batch of several", async () => {
  server.upstream.script(() => answer("ok"));
  const [one, two] = await Promise.all([
    submit({ prompt: "Once" }, { key: "k1" }),
    submit({ prompt: "Once" }, { key: "k1" }),
  ]);
  assert.equal(one.body.id, two.body.id);
  assert.equal((await submit({ prompt: "Other" }, { key: "k1" })).status, 422);
  const batch = { jobs: [{ prompt: "a" }, { prompt: "b" }] };
  const [first, second] = [
    await post("/api/v1/jobs/batch", batch, { key: "k2" }),
    await post("/api/v1/jobs/batch", batch, { key: "k2" }),
  ];
  const ids = (body: unknown) => (body as Static<typeof JobRows>).jobs.map(({ id }) => id);
  assert.deepEqual(ids(first.body), ids(second.body));
});

test("jobs are listed by state, thread and model, a page at a time, with their counts", async () => {
  server.upstream.script(() => answer("ok"));
  const bob = server.as("bob");
  for (let n = 0; n < 5; n += 1) {
    const { body } = await submit({ prompt: `${n}`, thread_id: n % 2 ? "odd" : "even" }, { user: "bob" });
    for await (const _ of (await bob(`/api/v1/jobs/${body.id}/events`)).body ?? []);
  }
  const list = (query: string) => bob.get<Static<typeof JobList>>(`/api/v1/jobs${query}`);
  const prompts = async (query: string) => (await list(query)).jobs.map(({ prompt }) => prompt);
  const first = await list("?limit=2");
  assert.deepEqual([first.jobs.map(({ prompt }) => prompt), first.has_more], [["4", "3"], true]);
  assert.equal(first.counts.done, 5);
  const rest = await list(`?limit=3&before=${first.jobs.at(-1)?.id}`);
  assert.deepEqual([rest.jobs.map(({ prompt }) => prompt), rest.has_more], [["2", "1", "0"], false]);
  assert.deepEqual(await prompts("?thread_id=odd"), ["3", "1"]);
  assert.deepEqual(await prompts("?state=error"), []);
  const model = first.jobs[0]?.model ?? "";
  assert.equal((await prompts(`?model=${encodeURIComponent(model)}`)).length, 5);
  const stats = await bob.get<Static<typeof JobStatsRow>>("/api/v1/jobs/stats?hours=1&spans=4");
  const last = stats.spans.at(-1);
  assert.deepEqual([stats.span_ms, stats.spans.length, last?.done, last?.depth], [900_000, 4, 5, 0]);
});

test("the metrics say what jobs run and how they ended", async () => {
  const text = await (await server.as(null)("/metrics")).text();
  const lines = text.split("\n").filter((line) => line.startsWith("skeleton_jobs_"));
  const value = (name: string) =>
    Number(
      lines
        .find((line) => line.startsWith(name))
        ?.split(" ")
        .at(-1),
    );
  assert.equal(value("skeleton_jobs_running"), 0);
  assert.ok(value('skeleton_jobs_ended_total{state="done"}') > 0, lines.join());
});
