import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { newFolder, runSkeleton, startServing } from "./skeleton-process.ts";

const json = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

async function signIn(url: string): Promise<Record<string, string>> {
  const answer = await fetch(`${url}/login`, json({ username: "default", password: "default" }));
  const { access_token } = (await answer.json()) as { access_token: string };
  return { authorization: `Bearer ${access_token}` };
}

test("in ephemeral mode it says how to sign in, writes nothing, runs as `status` says, and ends with 0 on SIGTERM", async () => {
  const cwd = newFolder();
  const { url, child, find, finished } = await startServing([], { cwd, env: { SKELETON_MODE: "ephemeral" } });
  await find(/sign in as `default`, password `default`/);
  assert.deepEqual(await (await fetch(`${url}/health`)).json(), { status: "ok" });
  const status = () => runSkeleton(["status"], { env: { SKELETON_PORT: new URL(url).port } });
  const running = await status();
  assert.deepEqual(
    [running.code, running.stdout],
    [0, `Skeleton runs at http://127.0.0.1:${new URL(url).port}.\n`],
  );
  child.kill("SIGTERM");
  const { code, stdout } = await finished();
  assert.equal(code, 0);
  const stopped = await status();
  assert.deepEqual([stopped.code, stopped.stdout], [1, ""]);
  assert.match(stopped.stderr, /^No server answers at http:.*\n.*skeleton serve/);
  assert.doesNotMatch(stdout, /setup/);
  assert.deepEqual(readdirSync(cwd), []);
});

test("without users it prints a link that makes the first one, once", async () => {
  const cwd = newFolder();
  const env = { SKELETON_DISCOVER: "off" };
  const first = await startServing(["--data", "data"], { cwd, env });
  const [, origin, secret] = await first.find(/ {2}(http:\/\/localhost:\d+)\/#\/setup\/(\S+)/);
  assert.equal(new URL(origin ?? "").port, new URL(first.url).port);
  const made = await fetch(
    `${first.url}/api/v1/setup`,
    json({ secret, username: "ada", password: "a good long password" }),
  );
  assert.equal(made.status, 200);
  first.child.kill("SIGINT");
  assert.equal((await first.finished()).code, 0);

  const second = await startServing(["--data", "data"], { cwd, env });
  second.child.kill("SIGTERM");
  assert.doesNotMatch((await second.finished()).stdout, /#\/setup/);
});

test("the link and the address use the public address where there is one", async () => {
  const { child, find } = await startServing(["--public-url", "https://chat.example/"], {
    env: { SKELETON_DISCOVER: "off" },
  });
  await find(/listens on https:\/\/chat\.example\n/);
  await find(/ {2}https:\/\/chat\.example\/#\/setup\//);
  child.kill("SIGTERM");
});

test("a port that is taken is told with what to do, once however many workers there would be", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const serve = ["serve", "--host", "127.0.0.1", "--port", String(port)];
  for (const { code, stderr } of await Promise.all([
    runSkeleton(serve, { env: { SKELETON_MODE: "ephemeral" } }),
    runSkeleton([...serve, "--workers", "2"], { env: { SKELETON_DISCOVER: "off" } }),
  ])) {
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`^Port ${port} is in use\\.\n {2}Stop what listens there.*\n$`));
  }
  other.close();
});

test("several workers have nothing to share in ephemeral mode, and are no command of their own", async () => {
  const env = { SKELETON_MODE: "ephemeral", SKELETON_WORKERS: "2" };
  const [refused, alone] = await Promise.all([
    runSkeleton(["serve"], { env }),
    runSkeleton(["serve-worker"]),
  ]);
  assert.deepEqual([refused.code, alone.code], [1, 1]);
  assert.match(refused.stderr, /ephemeral mode.*\n {2}Leave `workers`/);
  assert.match(alone.stderr, /\n {2}Run `skeleton serve --workers/);
});

test("a turn that runs when it is told to stop is stopped, and its reader hears the end", async () => {
  const { url, child, finished } = await startServing([], { env: { SKELETON_MODE: "ephemeral" } });
  const stream = await fetch(`${url}/api/v1/message`, {
    method: "POST",
    headers: await signIn(url),
    body: new URLSearchParams({ content: "long", model: "demo" }),
  });
  const reading = stream.text();
  child.kill("SIGTERM");
  const { code } = await finished();
  assert.equal(code, 0);
  assert.match(await reading, /"event":\s*"stream_end".*"interrupted":\s*true/);
});

test("a second signal ends it at once, even when a plugin hangs", async () => {
  const cwd = newFolder();
  mkdirSync(join(cwd, "plugins", "core"), { recursive: true });
  writeFileSync(
    join(cwd, "plugins", "core", "hanging.ts"),
    `export default { role: "system_prompt", name: "hanging", create: () => ({
      getPrompt: async () => undefined, listPrompts: async () => ({}), getAllPrompts: async () => ({}),
      shutdown: () => { console.log("hanging"); return new Promise(() => setInterval(() => {}, 1000)); },
    }) };`,
  );
  const { child, find, finished } = await startServing([], { cwd, env: { SKELETON_MODE: "ephemeral" } });
  child.kill("SIGTERM");
  await find(/^hanging$/m);
  const again = setInterval(() => child.kill("SIGTERM"), 50); // too soon after the first counts as the first
  const { code } = await finished();
  clearInterval(again);
  assert.equal(code, 1);
});

test("each request is a line of JSON in the log, with the id that its answer carries", async () => {
  const { url, child, find } = await startServing([], {
    env: { SKELETON_MODE: "ephemeral", LOG_LEVEL: "debug" },
  });
  const { headers } = await fetch(`${url}/chat/api/jobs/1`);
  const [line = ""] = await find(new RegExp(`^.*${headers.get("x-request-id")}.*$`, "m"));
  const { reqId, route, status } = JSON.parse(line) as Record<string, unknown>;
  assert.deepEqual([reqId, route, status], [headers.get("x-request-id"), "/chat/api/jobs/:job_id", 401]);
  child.kill("SIGTERM");
});

test("what was forgiven in the configuration is told in the log", async () => {
  const { child, find } = await startServing([], { env: { SKELETON_MODE: "ephemeral", LOG_LEVEL: "loud" } });
  await find(/LOG_LEVEL is \\"loud\\", which is no level/);
  child.kill("SIGTERM");
});
