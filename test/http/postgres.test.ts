import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { until } from "../../src/testkit/until.ts";
import { runSkeleton } from "../cli/skeleton-process.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startTestServer, type TestServer, textOf, threadOf } from "../support/test-server.ts";

let postgres: TestPostgres;
let first: TestServer;
let second: TestServer;

before(async () => {
  postgres = await startPostgres();
  first = await startTestServer({ database_url: postgres.url });
  second = await startTestServer({ database_url: postgres.url });
});
after(async () => {
  await Promise.all([first.close(), second.close()]);
  await postgres.stop();
});

describe("servers on one PostgreSQL", () => {
  test("what is said to one is there on the other, and is found", async () => {
    const events = await first.as("ada").say({ content: "where do puffins nest" });
    assert.notEqual(textOf(events), "");
    const threadId = threadOf(events);
    const messages = await second.as("ada")(`/api/v1/threads/${threadId}/messages`);
    assert.match(await messages.text(), /where do puffins nest/);
    const found = await second.as("ada").get<{ id: string }[]>("/api/v1/search?q=puff&details=true");
    assert.deepEqual(
      found.map((hit) => hit.id),
      [threadId],
    );
    assert.deepEqual(await second.as("bob").get("/api/v1/search?q=puff"), []);
    await second.as("ada").say({ content: "and in winter?", thread_id: threadId });
  });

  test("while the database is away requests are refused with a time to come back; then all is well", async () => {
    const ada = first.as("ada");
    await ada.get("/readyz");
    const threadId = threadOf(await ada.say({ content: "before the night" }));
    await postgres.crash();
    const [ready, alive, read, write] = await Promise.all([
      ada("/readyz"),
      ada("/livez"),
      ada("/api/v1/threads"),
      ada("/api/v1/message", { method: "POST", form: { content: "hello", thread_id: threadId } }),
    ]);
    assert.deepEqual([ready.status, alive.status, read.status, write.status], [503, 200, 503, 503]);
    for (const refused of [read, write]) {
      assert.ok(Number(refused.headers.get("retry-after")) > 0);
      assert.equal(refused.headers.get("x-error-code"), "store_unavailable");
    }
    await postgres.restart();
    await until("it is ready again", async () => (await ada("/readyz")).status === 200);
    await ada.say({ content: "after the night", thread_id: threadId });
    const messages = await (await ada(`/api/v1/threads/${threadId}/messages`)).text();
    assert.match(messages, /before the night[\s\S]*after the night/);
    assert.doesNotMatch(messages, /hello/);
  });

  test("a restart of the database that takes a moment is not noticed", async () => {
    const ada = first.as("ada");
    await postgres.crash();
    const saying = ada.say({ content: "in between" });
    await postgres.restart();
    assert.notEqual(textOf(await saying), "");
  });
});

describe("a database, or a Redis, that cannot be used", () => {
  test("stops the start with a sentence, and the doctor tells it too, without the password", async () => {
    const secret = "s3cret";
    const env = { DATABASE_URL: postgres.url.replace(/:[^:@]+@/, `:${secret}@`) };
    const nowhere = { REDIS_URL: `redis://me:${secret}@127.0.0.1:1/0` };
    const [started, examined, alone] = await Promise.all([
      runSkeleton(["serve", "--port", "0"], { env }),
      runSkeleton(["doctor"], { env }),
      runSkeleton(["serve", "--port", "0"], { env: nowhere }),
    ]);
    assert.deepEqual([started.code, alone.code], [1, 1]);
    assert.match(
      alone.stderr,
      /Redis cannot be used at redis:\/\/\(hidden\)@127\.0\.0\.1:1\/0: .*ECONNREFUSED/,
    );
    for (const text of [started.stderr, examined.stdout])
      assert.match(text, /postgres:\/\/tester@127\.0\.0\.1:\d+\/postgres cannot be used: .*password/);
    assert.ok(!JSON.stringify([started, examined, alone]).includes(secret));
  });
});
