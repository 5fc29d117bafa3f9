import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { answer, refusal } from "../../src/testkit/scripted-reply.ts";
import { type ScriptedUpstream, startScriptedUpstream } from "../../src/testkit/scripted-upstream.ts";
import { newFolder, runSkeleton, startSkeleton } from "./skeleton-process.ts";

let upstream: ScriptedUpstream;
let env: Record<string, string>;

before(async () => {
  upstream = await startScriptedUpstream();
  env = { SKELETON_MODE: "ephemeral", OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: "sk-test-secret" };
});
after(() => upstream.close());

test("without a server it asks by itself", async () => {
  upstream.script(answer("Hello there."));
  const { code, stdout, stderr } = await runSkeleton(["ask", "-m", "alpha-large", "hi"], { env });
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "Hello there.\n", stderr: "" });
});

test("a model's failure is told on stderr, and what came before it stays", async () => {
  upstream.script(refusal(400, "too spicy"));
  const { code, stdout, stderr } = await runSkeleton(["ask", "-m", "alpha-large", "hi"], { env });
  assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
  assert.match(stderr, /too spicy/);
  assert.doesNotMatch(stderr, /sk-test-secret/);
});

test("it asks as the only user, on the data folder, and its threads can be gone on with", async () => {
  const cwd = newFolder();
  const on = { cwd, env: { ...env, SKELETON_MODE: "normal" } };
  assert.match(
    (await runSkeleton(["ask", "hi"], on)).stderr,
    /no users yet.*\n {2}Make one with `skeleton users/,
  );
  const users = (name: string) =>
    runSkeleton(["users", "-f", join(cwd, "users.yaml"), "-u", name, "-p", "-"], {
      cwd,
      input: "a good password\n",
    });
  await users("ada");
  upstream.script(answer("First."), answer("Second."));
  const first = await runSkeleton(["ask", "-v", "-m", "alpha-large", "hi"], on);
  assert.equal(first.stdout, "First.\n");
  const [, thread = ""] = /^thread (\S+)$/m.exec(first.stderr) ?? [];
  const second = await runSkeleton(["ask", "-t", thread, "more"], on);
  assert.equal(second.stdout, "Second.\n");
  await users("bob");
  const unclear = await runSkeleton(["ask", "hi"], on);
  assert.equal(unclear.code, 1);
  assert.match(unclear.stderr, /several users\.\n {2}.*--user.*: ada, bob\./);
  const foreign = await runSkeleton(["ask", "--user", "bob", "-t", thread, "more"], on);
  assert.equal(foreign.code, 1);
});

test("Ctrl-C ends it with 130 and stops the work upstream", async () => {
  upstream.script({ steps: [{ tokens: ["one "] }, { stall: true }] });
  const asking = startSkeleton(["ask", "-m", "alpha-large", "hi"], { env });
  await asking.find(/one /);
  asking.child.kill("SIGINT");
  const { code, stdout } = await asking.finished();
  assert.deepEqual({ code, stdout }, { code: 130, stdout: "one \n" });
  assert.equal(await upstream.requests.at(-1)?.closed, true);
});

test("a reader that has seen enough is no failure, and nobody goes on answering it", async () => {
  const tokens = Array.from({ length: 10_000 }, (_, index) => `${index} `);
  const pace = () => new Promise((resolve) => setImmediate(resolve));
  upstream.script({ steps: [{ tokens, pace }, { stall: true }] });
  const asking = startSkeleton(["ask", "-m", "alpha-large", "count"], { env });
  await asking.find(/0 1 2 /);
  asking.child.stdout?.destroy();
  const { code, stderr } = await asking.finished();
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  assert.equal(await upstream.requests.at(-1)?.closed, true);
});

test("a question that is a command is run as one, and what only looks like one is asked", async () => {
  const ask = (...words: readonly string[]) => runSkeleton(["ask", ...words], { env });
  const [models, wrong] = await Promise.all([
    ask("-m", "beta-mini", "/models"),
    ask("/model", "nonesuch-model"),
  ]);
  assert.deepEqual(models, {
    ...{ code: 0, stderr: "" },
    stdout: "Available models:\n\n1. alpha-large (openai)\n2. beta-mini (openai) (current)\n3. demo (demo)\n",
  });
  assert.deepEqual([wrong.code, wrong.stdout], [1, ""]);
  assert.match(wrong.stderr, /^There is no model "nonesuch-model"\./);
  upstream.script(answer("A file."), answer("Of course."));
  assert.equal((await ask("/etc/hosts", "is", "what?")).stdout, "A file.\n");
  assert.equal((await ask(" /help me", "-m", "alpha-large")).stdout, "Of course.\n");
});

test("nothing to ask is a wrong use", async () => {
  const { code, stderr } = await runSkeleton(["ask"], { env });
  assert.equal(code, 2);
  assert.match(stderr, /there is no question/);
});
