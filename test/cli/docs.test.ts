import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { eventNames } from "../../src/webhooks/event-names.ts";
import { hurryDemo, newFolder, runSkeleton, startServing } from "./skeleton-process.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const page = (name: string) => readFileSync(`${root}${name}`, "utf8");

/** The snippets of a page that are marked as runnable, as one script. */
const scriptOf = (name: string): string =>
  [...page(name).matchAll(/^```sh runnable\n(.*?)^```$/gms)].map(([, snippet]) => snippet).join("\n");

const skip = ["curl", "bash", "git"].some((tool) => spawnSync(tool, ["--version"]).error !== undefined)
  ? "the snippets need bash, curl and git"
  : false;

describe("the documentation, against a server", { skip, concurrency: true }, () => {
  let server: Awaited<ReturnType<typeof startServing>>;
  const settings = { SKELETON_MODE: "ephemeral", SKELETON_DISCOVER: "off", SKELETON_RATE_LIMITS: "off" };

  before(async () => {
    const cwd = newFolder();
    hurryDemo(cwd);
    server = await startServing([], { cwd, env: settings });
  });
  after(async () => {
    server.child.kill("SIGTERM");
    await server.finished();
  });

  /** Runs a page's snippets as a reader would, one shell for all. */
  async function follow(name: string): Promise<string> {
    const script = scriptOf(name).replaceAll("http://localhost:8000", server.url);
    const env = {
      ...{ HOME: newFolder(), DATA_PATH: newFolder(), SKELETON_PORT: "0", SKELETON_DISCOVER: "off" },
      PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`,
    };
    const child = run("bash", ["-c", `shopt -s expand_aliases; set -euo pipefail\neval "$SCRIPT"`], {
      cwd: root,
      env: { ...env, SCRIPT: script, ...(name === "README.md" ? {} : { SKELETON_URL: server.url }) },
    });
    return (await child).stdout;
  }

  test("what README.md shows works", async () => {
    const said = await follow("README.md");
    assert.match(said, /"event":\s*"stream_end"/);
    assert.match(said, /\*\*This is a scripted demo, not a model\.\*\*.*review this/);
    assert.match(said, /All is well\./);
  });

  test("what docs/api.md shows works, from signing in to signing out", async () => {
    const said = await follow("docs/api.md");
    const once = /"turn_id":"([^"]+)","message_id":"[^"]+"\}\n\{"thread_id":"[^"]+","turn_id":"([^"]+)"/.exec(
      said,
    );
    assert.ok(once !== null && once[1] === once[2], "the same key is the same turn");
    for (const part of [
      /"username":"default","role":"admin"/,
      /id: \d+\ndata: \{"event":"stream_end"/,
      /"state":"done"/,
      /Turn stopped successfully/,
      /Branch activated successfully/,
      /Thread archived successfully/,
      /"structuredContent":\{"text":"/,
      /"event":"thread_updated"/,
      /Logged out successfully/,
    ])
      assert.match(said, part);
  });

  test("what docs/chat2anyllm.md shows works", async () => {
    const said = await follow("docs/chat2anyllm.md");
    for (const part of [/"model_name":"demo"/, /^data: \[DONE\]$/m, /"role":"assistant"/])
      assert.match(said, part);
  });

  test("what docs/llamalith.md shows works", async () => {
    const said = await follow("docs/llamalith.md");
    for (const part of [/"status":"done","result":"/, /\{"response":"/]) assert.match(said, part);
  });

  test("what docs/webhooks.md shows works", async () => {
    const said = await follow("docs/webhooks.md");
    for (const part of [
      /"event":"ping","state":"failed"/,
      /"has_more":false/,
      /Webhook deleted successfully/,
    ])
      assert.match(said, part);
  });

  test("what docs/jobs.md shows works", async () => {
    const said = await follow("docs/jobs.md");
    for (const part of [
      /"state":"queued"/,
      /"event":"job","data":\{"id":\d+.*"state":"done"/,
      /"has_more":/,
      /"span_ms":/,
      /"state":"cancelled"/,
      /\*\*This is a scripted demo, not a model\.\*\*/,
    ])
      assert.match(said, part);
  });

  test("the pages on the API know every route that the server describes", async () => {
    const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as { paths: object };
    const text = ["api", "jobs", "chat2anyllm", "llamalith", "webhooks"]
      .map((name) => page(`docs/${name}.md`))
      .join("")
      .replaceAll("$THREAD", "{thread_id}")
      .replaceAll("$MESSAGE", "{message_id}")
      .replaceAll("$TURN", "{turn_id}")
      .replaceAll("$CALL", "{call_id}")
      .replaceAll("$JOB", "{job_id}");
    const missing = Object.keys(paths).filter((path) => !text.includes(path));
    assert.deepEqual(missing, []);
  });
});

test("docs/cli.md knows every command that the help lists", async () => {
  const [, listed = ""] = /^ {4}skeleton (.*)$/m.exec(page("docs/cli.md")) ?? [];
  const { stdout } = await runSkeleton(["--help"]);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) => name);
  assert.deepEqual(
    commands.filter((name) => name !== "help"),
    listed.split(" | "),
  );
});

test("docs/api.md knows every event of an account", () => {
  const text = page("docs/api.md");
  assert.deepEqual(
    eventNames.filter((name) => !text.includes(`\`${name}\``)),
    [],
  );
});

test("docs/cli.md knows every flag that the help lists", async () => {
  const text = page("docs/cli.md");
  const imports = ["import chat2anyllm", "import skeleton"];
  for (const command of [
    "serve",
    "ask",
    "jobs list",
    "jobs submit",
    "worker",
    "doctor",
    "plugins",
    "move",
    ...imports,
  ]) {
    const { stdout } = await runSkeleton([...command.split(" "), "--help"]);
    const listed =
      stdout.match(/^ {2}-.*$/gm)?.flatMap((line) => line.match(/(?<=[ ,])--[a-z-]+/g) ?? []) ?? [];
    assert.ok(listed.length > 1);
    assert.deepEqual(
      listed.filter((flag) => !text.includes(flag)),
      [],
    );
  }
});
