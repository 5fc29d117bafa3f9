import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { TurnEvent } from "../../src/protocols/turn-event.ts";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { passwordOf, startTestServer, type TestServer } from "../support/test-server.ts";
import { startWire } from "../support/wire.ts";
import { runSkeleton, startSkeleton } from "./skeleton-process.ts";

let server: TestServer;
let env: Record<string, string>;

before(async () => {
  server = await startTestServer();
  env = { SKELETON_URL: server.url, SKELETON_USER: "ada", SKELETON_PASSWORD: passwordOf("ada") };
});
after(() => server.close());

/** Says `one `, then waits to be let go on. */
function inTwoParts() {
  const gate = Promise.withResolvers<void>();
  server.upstream.script({
    steps: [
      { tokens: ["one "] },
      { wait: gate.promise },
      { tokens: ["two"] },
      { finish: "stop" },
      { done: true },
    ],
  });
  return gate.resolve;
}

test("the arguments, then what is piped in, are the question; the answer is stdout and ends its line", async () => {
  server.upstream.script(answer("Looks good."));
  const { code, stdout, stderr } = await runSkeleton(["ask", "-m", "alpha-large", "review", "this"], {
    env,
    input: "+ a line\n",
  });
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "Looks good.\n", stderr: "" });
  const { messages, model } = server.upstream.requests.at(-1)?.body ?? {};
  assert.equal(model, "alpha-large");
  assert.deepEqual((messages as unknown[]).at(-1), { role: "user", content: "review this\n\n+ a line\n" });
});

test("--json prints each event as a line, and --thread goes on in the thread it names", async () => {
  server.upstream.script(answer("First."), answer("Second."));
  const first = await runSkeleton(["ask", "--json", "-m", "alpha-large", "hello"], { env });
  const events = first.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as TurnEvent);
  assert.equal(events.at(-1)?.event, "stream_end");
  const [begin] = events;
  assert.ok(begin?.event === "thread_id");
  const second = await runSkeleton(["ask", "-v", "--thread", begin.data.thread_id, "and now?"], { env });
  assert.equal(second.stdout, "Second.\n");
  assert.match(second.stderr, new RegExp(`^thread ${begin.data.thread_id}\n`));
  const { messages } = server.upstream.requests.at(-1)?.body ?? {};
  const said = (messages as { content: string }[]).map(({ content }) => content).slice(-3);
  assert.deepEqual(said, ["hello", "First.", "and now?"]);
});

test("a command is run by the server: a turn that it begins is followed, a file is stdout, a thread keeps what is chosen", async () => {
  server.upstream.script(answer("First."), answer("Second."), answer("Of no command."));
  const { stderr } = await runSkeleton(["ask", "-v", "-m", "alpha-large", "hello"], { env });
  const thread = /^thread (\S+)$/m.exec(stderr)?.[1] ?? "";
  const ask = (...words: readonly string[]) => runSkeleton(["ask", "-t", thread, ...words], { env });
  assert.deepEqual(await ask("/retry beta"), { code: 0, stdout: "Second.\n", stderr: "" });
  assert.equal(server.upstream.requests.at(-1)?.body.model, "beta-mini");
  const [chosen, exported, missing] = await Promise.all([
    ask("/model", "BETA"),
    ask("/export"),
    runSkeleton(["ask", "-t", "nowhere", "/export"], { env }),
  ]);
  assert.deepEqual(chosen, { code: 0, stdout: "Model set to: beta-mini (scripted)\n", stderr: "" });
  assert.equal(exported.stdout, "# hello\n\n## You\n\nhello\n\n## beta-mini\n\nSecond.\n");
  assert.deepEqual([missing.code, missing.stderr], [1, "Thread not found\n"]);
  const row = await server.as("ada").get<{ model: string }>(`/api/v1/threads/${thread}`);
  assert.equal(row.model, "beta-mini");
  assert.equal((await ask("/nothing of the kind")).stdout, "Of no command.\n");
});

test("reasoning is shown only when asked for, and not on stdout", async () => {
  server.upstream.script(
    answer("Yes.", { reasoning: "Let me see." }),
    answer("Yes.", { reasoning: "Let me see." }),
  );
  const without = await runSkeleton(["ask", "-m", "alpha-large", "really?"], { env });
  assert.deepEqual([without.stdout, without.stderr], ["Yes.\n", ""]);
  const shown = await runSkeleton(["ask", "--thinking", "-m", "alpha-large", "really?"], { env });
  assert.deepEqual([shown.stdout, shown.stderr], ["Yes.\n", "Let me see.\n"]);
});

test("a broken connection is only a pause: nothing is lost and nothing comes twice", async () => {
  const letGoOn = inTwoParts();
  const wire = await startWire(server.url);
  const asking = startSkeleton(["ask", "-m", "alpha-large", "hello"], {
    env: { ...env, SKELETON_URL: wire.url },
  });
  await asking.find(/one /);
  assert.ok(wire.snap() > 0);
  letGoOn();
  const { code, stdout, stderr } = await asking.finished();
  await wire.cut();
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "one two\n", stderr: "" });
});

test("Ctrl-C stops the turn on the server and ends with 130", async () => {
  inTwoParts();
  const asking = startSkeleton(["ask", "-v", "-m", "alpha-large", "hello"], { env });
  const [, threadId = ""] = await asking.find(/^thread (\S+)$/m);
  await asking.find(/one /);
  asking.child.kill("SIGINT");
  const { code, stdout } = await asking.finished();
  assert.deepEqual({ code, stdout }, { code: 130, stdout: "one \n" });
  const thread = await server.as("ada").get<{ last_turn: { state: string } }>(`/api/v1/threads/${threadId}`);
  assert.equal(thread.last_turn.state, "interrupted");
  assert.equal(await server.upstream.requests.at(-1)?.closed, true);
});

test("a turn that somebody else stops is no success", async () => {
  inTwoParts();
  const asking = startSkeleton(["ask", "--json", "-m", "alpha-large", "hello"], { env });
  const [, turnId = ""] = await asking.find(/"turn_id":"([^"]+)"/);
  await asking.find(/one /);
  await server.as("ada")(`/api/v1/turns/${turnId}/stop`, { method: "POST" });
  const { code, stderr } = await asking.finished();
  assert.deepEqual({ code, stderr }, { code: 1, stderr: "The answer was stopped before its end.\n" });
});

for (const [what, args, change, message] of [
  [
    "a model that is not allowed",
    ["-m", "alpha-large"],
    { SKELETON_USER: "beta", SKELETON_PASSWORD: passwordOf("beta") },
    /may not use the model alpha-large/,
  ],
  ["a wrong password", [], { SKELETON_PASSWORD: "wrong" }, /Invalid credentials/],
  ["a bad token", ["--token", "nonsense"], {}, /Invalid authentication credentials\n {2}Set SKELETON_TOKEN/],
  ["a foreign thread", ["--thread", "nowhere"], {}, /Thread not found/],
  ["no way to sign in", [], { SKELETON_USER: "" }, /Nothing to sign in with.*\n {2}Set SKELETON_TOKEN/],
  ["an address that is none", [], { SKELETON_URL: "localhost:8000" }, /not the address of a server/],
  [
    "a server that is not there",
    ["--token", "x"],
    { SKELETON_URL: "http://127.0.0.1:9" },
    /cannot be reached \(.*\)\.\n {2}Check SKELETON_URL/,
  ],
] as const) {
  test(`${what} is told on stderr, with exit code 1`, async () => {
    const { code, stdout, stderr } = await runSkeleton(["ask", ...args, "hello"], {
      env: { ...env, ...change },
    });
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /\n {4}at /);
  });
}
