import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { passwordOf, startTestServer, type TestServer } from "../support/test-server.ts";
import { newHome } from "./house.ts";
import { type Finished, runSkeleton, startSkeleton } from "./skeleton-process.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer({ jobs: { workers: 2 } });
  server.upstream.script(() => answer("It is 42."));
});
after(() => server.close());

test("on a server: submit and wait, list, show, retry, cancel", async () => {
  const env = { SKELETON_URL: server.url, SKELETON_USER: "ada", SKELETON_PASSWORD: passwordOf("ada") };
  const jobs = (...args: string[]): Promise<Finished> => runSkeleton(["jobs", ...args], { env });
  const waited = await jobs("submit", "--wait", "-t", "sums", "what", "is", "it?");
  assert.deepEqual(waited, { code: 0, stdout: "It is 42.\n", stderr: "" });
  const [list, shown, cancelled, missing, wrong] = await Promise.all([
    jobs("list", "--json", "-n", "1"),
    jobs("show", "1"),
    jobs("cancel", "1"),
    jobs("show", "99"),
    jobs("list", "--state", "lost"),
  ]);
  assert.equal((JSON.parse(list.stdout) as { result: unknown }).result, "It is 42.");
  assert.match(shown.stdout, /^job: 1\nstate: done\n.*\n\n> what is it\?\n\nIt is 42\.\n$/s);
  assert.equal((await jobs("retry", "1")).stdout, "2\n");
  assert.equal(cancelled.stdout, "1\tdone\n", "what is over stays as it is");
  assert.deepEqual(
    [missing.code, missing.stderr],
    [1, "There is no job 99. Check the number, or list the jobs.\n"],
  );
  assert.equal(wrong.code, 2);
});

test("in the data folder: what is submitted waits for a worker, which gives back what it has when it stops", async () => {
  const cwd = newHome("ada");
  const env = {
    OPENAI_BASE_URL: server.upstream.url,
    OPENAI_API_KEY: "sk-test-secret",
    DATA_PATH: cwd,
  };
  const first = await runSkeleton(["jobs", "submit", "--json"], { cwd, env, input: "from a pipe\n" });
  assert.equal((JSON.parse(first.stdout) as { state: string }).state, "queued");
  const { stdout: found } = await runSkeleton(["doctor", "--jobs.workers", "0"], { cwd, env });
  assert.match(found, /jobs: none are run by the server: start `skeleton worker` beside it; 1 wait/);
  const worker = startSkeleton(["worker", "-c", "2", "--health-port", "0"], { cwd, env });
  const [, health = ""] = await worker.find(/works on jobs, 2 at once\. Its health: (\S+)/);
  const second = await runSkeleton(["jobs", "submit", "--wait", "and?"], { cwd, env });
  assert.deepEqual([second.code, second.stdout], [0, "It is 42.\n"]);
  const { status, headers } = await fetch(health);
  assert.deepEqual([status, headers.get("content-type")], [200, "application/json; charset=utf-8"]);
  const listed = await runSkeleton(["jobs"], { cwd, env });
  const states = listed.stdout.split("\n").map((row) => row.split("\t").slice(0, 2).join(" "));
  assert.deepEqual(states, ["2 done", "1 done", ""]);
  worker.child.kill("SIGTERM");
  assert.equal((await worker.finished()).code, 0);
});

test("a worker has nothing to do where nothing is kept, and says so", async () => {
  const { code, stderr } = await runSkeleton(["worker"], { env: { SKELETON_MODE: "ephemeral" } });
  assert.equal(code, 1);
  assert.match(stderr, /nothing to share/);
});
