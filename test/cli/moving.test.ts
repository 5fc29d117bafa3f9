import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { failureText } from "../../src/cli/failure-text.ts";
import { measureChat2AnyLlm } from "../../src/cli/import/chat2anyllm-source.ts";
import { importChat2AnyLlm } from "../../src/cli/import/import-chat2anyllm.ts";
import { openReading } from "../../src/cli/import/postgres.ts";
import { until } from "../../src/testkit/until.ts";
import { makeChat2AnyLlm, type Role, type Row, type Session, uuid } from "../support/chat2anyllm-database.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { query } from "../support/postgres-store.ts";
import { startWire } from "../support/wire.ts";
import { inHouse, newHome } from "./house.ts";
import { newFolder, runSkeleton, startSkeleton } from "./skeleton-process.ts";

let postgres: TestPostgres;
/** Where the long import went. */
let longHome = "";
before(async () => {
  postgres = await startPostgres();
});
after(() => postgres.stop());

const userId = "ada";

const throughPort = (url: string, port: number) => url.replace(/:\d+\//, `:${port}/`);

/** How many threads a folder's database has by now. */
function threadsIn(home: string): number {
  const file = join(home, "skeleton.db");
  if (!existsSync(file)) return 0;
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return Number(database.prepare('select count(*) as n from "store.threads"').get()?.n);
  } catch {
    return 0; // its tables are being made
  } finally {
    database.close();
  }
}

const row = (number: number, role: Row["role"], content: string): Row => ({
  id: uuid(2, number),
  role,
  content,
});

const session = (number: number, title: string, ...messages: Row[]): Session => ({
  id: uuid(1, number),
  title,
  created: new Date(Date.UTC(2024, 0, number)).toISOString(),
  updated: new Date(Date.UTC(2025, 0, number)).toISOString(),
  messages,
});

const plan = "1. Boil water\n2. Wait";
const planPrompt =
  "Create a concise, actionable plan as a numbered checklist only. Rules:\n- Use 1., 2., 3., ...\n\nTask: Make tea";
const answerPrompt = `Follow the numbered steps in the plan below and produce a concrete implementation.\n\nRules:\n- Be brief.\n\nOriginal question: Make tea\n\nPlan (for you to follow, do not echo):\n${plan}`;

const few: readonly Session[] = [
  session(1, "Hello there", row(1, "user", "Hello there"), row(2, "assistant", "General greetings.")),
  session(
    2,
    "[[ROLE:R&amp;D]]\nBe strict.\n---\nWhat is a li",
    row(3, "user", "[[ROLE:R&amp;D]]\nBe strict.\n---\nWhat is a line ---?"),
  ),
  session(
    3,
    planPrompt.slice(0, 60),
    row(4, "user", planPrompt),
    row(5, "assistant", plan),
    row(6, "user", answerPrompt),
    row(7, "assistant", "Here is tea."),
  ),
  session(4, "Q&amp;A &lt;notes&gt;"),
];

const roles: readonly Role[] = [{ id: uuid(3, 1), name: "R&amp;D", instructions: "Be strict." }];

describe("skeleton import chat2anyllm", () => {
  test("brings what its users saw, with ids, titles and times; a second run adds nothing", async () => {
    const url = await makeChat2AnyLlm(postgres.url, "few", { sessions: few, roles });
    await inHouse(newHome(userId), async ({ host, threads }) => {
      const bring = (more: object = {}) => importChat2AnyLlm(host, url, { user: userId, ...more });
      const dry = await bring({ dryRun: true });
      assert.match(dry, /^threads: {2}4 would be added, 0 were there already$/m);
      assert.deepEqual(await threads.getThreads({ userId }), []);
      const first = await bring();
      assert.match(first, /^threads: {2}4 added, 0 were there already$/m);
      assert.match(first, /^messages: 6 added, 0 were there already$/m);
      assert.match(first, /^roles: {4}1 added, 0 were there already$/m);
      const second = await bring();
      assert.match(second, /^roles: {4}0 added, 1 were there already$/m);
      assert.match(second, /^threads: {2}0 added, 4 were there already$/m);
      assert.match(second, /^messages: 0 added, 6 were there already$/m);
      await assert.rejects(bring({ user: "bob" }), { code: "bad_input", hint: /--user ada/ });

      const list = await threads.getThreads({ userId });
      assert.deepEqual(
        list.map(({ id, title, created, updated }) => ({ id, title, created, updated })),
        few.toReversed().map(({ messages: _, ...rest }, index) => ({
          ...rest,
          title: ["Q&A <notes>", "Make tea", "What is a line ---?", "Hello there"][index],
          ...(rest.id === uuid(1, 4) && { updated: rest.created }), // nothing was said in it
        })),
      );
      const said = async (number: number) =>
        (await threads.getThreadMessages({ userId, threadId: uuid(1, number) })).map(
          ({ id, role, content, timestamp }) => [id, role, content, timestamp.slice(0, 10)],
        );
      assert.deepEqual(await said(1), [
        [uuid(2, 1), "user", "Hello there", "2024-01-01"],
        [uuid(2, 2), "assistant", "General greetings.", "2024-01-01"],
      ]);
      assert.deepEqual(await said(2), [[uuid(2, 3), "user", "What is a line ---?", "2024-01-02"]]);
      assert.deepEqual(await said(3), [
        [uuid(2, 4), "user", "Make tea", "2024-01-03"],
        [uuid(2, 5), "plan", plan, "2024-01-03"],
        [uuid(2, 7), "assistant", "Here is tea.", "2024-01-03"],
      ]);
      const { systemPrompt } = await threads.getThread({ userId, threadId: uuid(1, 2) });
      const prompts = await host.get("system_prompt");
      assert.equal(await prompts.getPrompt({ userId, key: systemPrompt }), "Be strict.");
      assert.deepEqual(
        (await prompts.roles?.listRoles({ userId }))?.map(({ name }) => name),
        ["R&D"],
      );
      const [hit] = await threads.searchThreads({ userId, query: "greetings" });
      assert.equal(hit?.thread.id, uuid(1, 1));
    });
  });

  test("an import whose source is lost is told, one that is killed in the middle is made up for, message by message", async () => {
    const sessions = Array.from({ length: 250 }, (_, number) =>
      session(
        number + 1,
        `Talk ${number}`,
        ...Array.from({ length: number === 7 ? 650 : 10 }, (_, index) =>
          row(number * 1000 + index, index % 2 === 0 ? "user" : "assistant", `Words ${index} of ${number}`),
        ),
      ),
    );
    const total = sessions.reduce((sum, { messages }) => sum + messages.length, 0);
    const url = await makeChat2AnyLlm(postgres.url, "many", { sessions });
    const cwd = newHome(userId);
    longHome = cwd;
    const breaking = await startWire(url, { bytes: 100_000 });
    await inHouse(cwd, async ({ host }) => {
      const lost = assert.rejects(
        importChat2AnyLlm(host, throughPort(url, breaking.port), { user: userId, dryRun: true }),
        { code: "upstream_unreachable", message: /^postgres:\/\/tester@/, hint: /import again/ },
      );
      await breaking.stalled;
      breaking.snap();
      await lost;
    });
    await breaking.cut();

    const wire = await startWire(url, { bytes: 200_000 });
    const command = (from: string) => ["import", "chat2anyllm", from, "--user", userId];
    const killed = startSkeleton(command(throughPort(url, wire.port)), { cwd });
    await wire.stalled;
    await until("a thread has come", () => threadsIn(cwd));
    killed.child.kill("SIGKILL");
    await killed.finished();
    await wire.cut();
    assert.ok(threadsIn(cwd) < sessions.length);

    const rest = await runSkeleton(command(url), { cwd });
    assert.equal(rest.code, 0, rest.stderr);
    const told = /^messages: ([\d,]+) added, ([\d,]+) were/m.exec(rest.stdout) ?? [];
    const [added = 0, there = 0] = told.slice(1).map((number) => Number(number.replace(",", "")));
    assert.ok(there > 0, rest.stdout);
    assert.equal(added + there, total);
    await inHouse(cwd, async ({ threads }) => {
      assert.equal((await threads.getThreads({ userId })).length, sessions.length);
      for (const { id, updated, messages } of sessions) {
        const at = { userId, threadId: id };
        const ids = (await threads.getThreadMessages(at)).map((message) => message.id);
        assert.deepEqual(
          ids,
          messages.map((message) => message.id),
        );
        assert.equal((await threads.getThread(at)).updated, updated);
      }
    });
  });

  test("says what is wrong with an address, and never the password", async () => {
    const { port } = new URL(postgres.url);
    const secret = "s3cret";
    const cases: readonly [string, RegExp][] = [
      [
        `postgres://tester:${secret}@127.0.0.1:${port}/postgres`,
        /tester@127\.0\.0\.1:\d+\/postgres refuses: .*password/,
      ],
      [postgres.url, /refuses: relation "sessions" does not exist.*\n.*Chat2AnyLLM's own database/],
      [postgres.url.replace(/postgres$/, "nowhere"), /refuses: .*"nowhere" does not exist/],
      [`postgres://tester:${secret}@127.0.0.1:1/db`, /cannot be reached: .*ECONNREFUSED/],
      [`postgres://tester:${secret}/x@127.0.0.1/db`, /no address of a PostgreSQL database/],
      [`postgres://tester:12/${secret}@127.0.0.1/db`, /must be encoded/],
      [`mysql://tester:${secret}@127.0.0.1/db`, /no address of a PostgreSQL database/],
    ];
    for (const [url, expected] of cases) {
      const failure = await openReading(url, {})
        .then((reading) => measureChat2AnyLlm(reading).finally(reading.close))
        .then(() => "it worked", failureText);
      assert.match(failure, expected);
      for (const word of [secret, "p#ss", "p%23ss"]) assert.ok(!failure.includes(word), failure);
    }
  });

  test("with its DATABASE_URL in force everything goes into that database, beside the original's tables", async () => {
    const url = await makeChat2AnyLlm(postgres.url, "beside", { sessions: few, roles });
    const tables = `select table_name as name from information_schema.tables where table_schema = 'public' order by 1`;
    const originals = async () => {
      const contents = ["sessions", "messages", "roles"].map((table) =>
        query(url, `select to_jsonb(t) as row from ${table} as t order by t.id`),
      );
      return Promise.all([...contents, query(url, "select tgname, tgenabled from pg_trigger order by 1")]);
    };
    const before = await originals();
    const cwd = newHome(userId);
    const env = { DATABASE_URL: url };
    const done = await runSkeleton(["import", "chat2anyllm", url, "--user", userId], { cwd, env });
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stdout, /^threads: {2}4 added, 0 were there already$/m);
    assert.ok(!existsSync(join(cwd, "skeleton.db")));
    const own = (await query(url, tables)).map(({ name }) => String(name));
    const others = own.filter((name) => !/^(skeleton_|store\.)/.test(name));
    assert.deepEqual(others, ["messages", "roles", "sessions"]);
    await inHouse(
      cwd,
      async ({ host, threads }) => {
        const again = await importChat2AnyLlm(host, url, { user: userId });
        assert.match(again, /^messages: 0 added, 6 were there already$/m);
        assert.equal((await threads.getThreads({ userId })).length, few.length);
        const [hit] = await threads.searchThreads({ userId, query: "greetings" });
        assert.equal(hit?.thread.id, uuid(1, 1));
      },
      url,
    );
    assert.deepEqual(await originals(), before);
  });
});

describe("skeleton move", () => {
  test("killed in the middle its target does not serve; given again it brings the rest", async () => {
    const file = join(longHome, "skeleton.db");
    await query(postgres.url, "create database moved");
    const url = postgres.url.replace(/[^/]*$/, "moved");
    const move = (to: string) => ["move", "--from", `sqlite:${file}`, "--to", to];
    const wire = await startWire(url, { bytes: 60_000 });
    const killed = startSkeleton(move(throughPort(url, wire.port)));
    await wire.stalled;
    killed.child.kill("SIGKILL");
    await killed.finished();
    await wire.cut();
    const inUse =
      "select from pg_stat_activity where application_name = 'skeleton' and datname = current_database()";
    await until("its connections are gone", async () => (await query(url, inUse)).length === 0);
    const [half] = await query(
      url,
      `select state, (select count(*)::int from "store.threads.texts") as texts from "store.skeleton_move" where id = '#move'`,
    );
    assert.equal(half?.state, "moving");
    assert.ok(Number(half.texts) < 3_390, `${half.texts} texts are in the index`);

    const served = await runSkeleton(["serve", "--port", "0"], { env: { DATABASE_URL: url } });
    assert.equal(served.code, 1);
    assert.match(
      served.stderr,
      /^Only a part of what was in sqlite:.* is here: a move broke off\.\n.*skeleton move/m,
    );
    const rest = await runSkeleton(move(url), { cwd: newFolder() });
    assert.equal(rest.code, 0, rest.stderr);
    assert.match(rest.stdout, /^threads +250 records, 3,140 items, [\d,]+ texts to search, [0-9a-f]{16}$/m);
    assert.match(
      rest.stdout,
      /is in postgres:\/\/tester@127\.0\.0\.1:\d+\/moved: all of it was compared\.$/m,
    );
    for (const { stdout, stderr } of [served, rest]) assert.doesNotMatch(stdout + stderr, /p#ss|p%23ss/);
    await inHouse(
      longHome,
      async ({ threads }) => {
        const said = await threads.getThreadMessages({ userId, threadId: uuid(1, 8) }, { limit: 1_000 });
        assert.equal(said.length, 650);
      },
      url,
    );
  });
});
