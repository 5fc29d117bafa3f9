import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type ScriptedUpstream, startScriptedUpstream } from "../../src/testkit/scripted-upstream.ts";
import { newFolder, type RunOptions, runSkeleton, startServing } from "./skeleton-process.ts";

let upstream: ScriptedUpstream;
let env: Record<string, string>;

before(async () => {
  upstream = await startScriptedUpstream();
  env = { OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: "sk-test-secret", SKELETON_PORT: "0" };
});
after(() => upstream.close());

type Report = {
  readonly ok: boolean;
  readonly config: readonly { key: string; value: string; source: string }[];
  readonly roles: Record<string, string>;
  readonly checks: readonly { name: string; ok: boolean; detail: string }[];
};

async function examine(options: RunOptions, ...args: readonly string[]) {
  const { code, stdout, stderr } = await runSkeleton(["doctor", "--json", ...args], options);
  assert.doesNotMatch(stdout + stderr, /sk-test-secret/);
  const report = JSON.parse(stdout) as Report;
  assert.equal(code, report.ok ? 0 : 1);
  return { ...report, check: (name: string) => report.checks.find((check) => check.name === name) };
}

test("all is well in an empty folder, which stays empty", async () => {
  const cwd = newFolder();
  const { ok, roles, check } = await examine({ cwd, env });
  // Where this runs, the page may not be built: that is its own test's business.
  assert.ok(ok || check("page")?.ok === false);
  assert.match(check("models of openai")?.detail ?? "", /^2 models$/);
  assert.match(check("database")?.detail ?? "", /made on the first start/);
  assert.equal(check("jobs")?.detail, "the server runs 4 at once; none wait");
  assert.match(check("users")?.detail ?? "", /not there yet/);
  assert.equal(roles.store, "sqlite (built in)");
  assert.deepEqual(readdirSync(cwd), []);
});

test("it shows every setting with its source, on a page for people, and hides secrets", async () => {
  const cwd = newFolder();
  writeFileSync(join(cwd, "skeleton.yaml"), "turns:\n  checkpoint_ms: 700\n");
  const { stdout } = await runSkeleton(["doctor", "--log-level", "warn", "--watch"], { cwd, env });
  assert.match(stdout, /turns\.checkpoint_ms +700 +\[skeleton\.yaml:2\]/);
  assert.match(stdout, /log_level +warn +\[--log-level\]/);
  assert.match(stdout, /plugins_watch +true +\[--plugins-watch\]/);
  assert.match(stdout, /models\.openai_api_key +\(hidden\) +\[OPENAI_API_KEY\]/);
  assert.match(stdout, / {2}ok {3}models of openai: 2 models/);
});

test("after a start the database opens and the secret is known; a running server is no stranger on its port", async () => {
  const cwd = newFolder();
  const server = await startServing([], { cwd, env: { ...env, SKELETON_DISCOVER: "off" } });
  const port = new URL(server.url).port;
  const { check } = await examine({ cwd, env: { ...env, SKELETON_PORT: port } }, "--host", "127.0.0.1");
  assert.match(check("database")?.detail ?? "", /skeleton\.db opens and answers/);
  assert.match(check("port")?.detail ?? "", /a Skeleton server listens/);
  server.child.kill("SIGTERM");
  await server.finished();
});

test("what is broken is named, with what to do", async () => {
  const cwd = newFolder();
  writeFileSync(join(cwd, "users.yaml"), "ada: {hash: none, role: admin}\n");
  writeFileSync(join(cwd, "jwt.secret"), "short");
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  await upstream.goAway();
  const { ok, check } = await examine(
    { cwd, env: { ...env, SKELETON_PORT: String(port) } },
    "--host",
    "127.0.0.1",
  );
  await upstream.comeBack();
  other.close();
  assert.equal(ok, false);
  for (const [name, detail] of [
    ["users", /"ada" needs a bcrypt hash/],
    ["token secret", /fewer than 16 characters/],
    ["models of openai", /\n {2}/],
    ["port", /in use/],
  ] as const) {
    assert.equal(check(name)?.ok, false, name);
    assert.match(check(name)?.detail ?? "", detail);
  }
});

test("a data folder that is a file, and a plugin that cannot be loaded, fail their checks", async () => {
  const cwd = newFolder();
  writeFileSync(join(cwd, "data"), "");
  const { check } = await examine({ cwd, env }, "--data", "data");
  assert.equal(check("data folder")?.ok, false);
  mkdirSync(join(cwd, "plugins", "core"), { recursive: true });
  writeFileSync(join(cwd, "plugins", "core", "bad.ts"), "export default { role: 'store' };");
  const { check: again } = await examine({ cwd, env });
  assert.equal(again("plugins")?.ok, false);
  assert.match(again("plugins")?.detail ?? "", /bad\.ts/);
  assert.equal(existsSync(join(cwd, "skeleton.db")), false);
});

test("a configuration that cannot be loaded is reported with all its faults", async () => {
  const cwd = newFolder();
  writeFileSync(join(cwd, "own.yaml"), "prot: 1\nturns: {checkpoint_ms: 0}\n");
  const { ok, check } = await examine({ cwd, env: { ...env, SKELETON_PORT: "x" } }, "--config", "own.yaml");
  assert.equal(ok, false);
  for (const fault of [
    /prot \(own\.yaml:1\).*did you mean port/,
    /turns\.checkpoint_ms \(own\.yaml:2\)/,
    /port \(SKELETON_PORT\)/,
  ])
    assert.match(check("configuration")?.detail ?? "", fault);
});

test("with no provider that answers it says where each was looked for, and that the demo is no model", async () => {
  const cwd = newFolder();
  await upstream.goAway();
  const lite = {
    LITELLM_ENDPOINT: upstream.url.replace("//", "//ada:sk-test-secret@"),
    LITELLM_API_KEY: "sk-test-secret",
  };
  const { ok, check } = await examine({ cwd, env: { ...env, ...lite } });
  await upstream.comeBack();
  assert.equal(ok, false);
  for (const name of ["openai", "litellm"]) {
    const { detail = "" } = check(`models of ${name}`) ?? {};
    assert.match(
      detail,
      new RegExp(`^${name} cannot be reached: the connection was refused \\(at http://127`),
    );
  }
  assert.match(check("models")?.detail ?? "", /no provider answers.*`demo`.*a script and not a model/);
});

test("a LiteLLM proxy is asked, and what it does not tell is said", async () => {
  const cwd = newFolder();
  const lite = { ...env, LITELLM_ENDPOINT: upstream.url, LITELLM_API_KEY: "sk-test-secret" };
  upstream.modelInfo([{ model_name: "alpha-large" }]);
  const full = await examine({ cwd, env: lite });
  assert.equal(full.check("models of litellm")?.detail, "1 model");
  upstream.modelInfo({ status: 404, body: { detail: "Not Found" } });
  const plain = await examine({ cwd, env: lite });
  assert.match(
    plain.check("models of litellm")?.detail ?? "",
    /^2 models; sizes, prices and kinds.*status 404/,
  );
});
