import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { CorePlugin } from "../protocols/plugin.ts";
import { testHost } from "../testkit/test-host.ts";
import { findCorePlugins } from "./find-plugins.ts";
import { pluginRoles, roleMethods } from "./role-methods.ts";

const read = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");
const page = read("plugins.md");
const pages = page + read("tools.md");
const root = fileURLToPath(new URL("../..", import.meta.url));

const scratch = mkdtempSync(join(tmpdir(), "skeleton-docs-"));
after(() => rmSync(scratch, { recursive: true }));
for (const name of ["src", "node_modules", "package.json"])
  symlinkSync(join(root, name), join(scratch, name));

const snippets = [...pages.matchAll(/```ts\n\/\/ (\S+)\n(.*?)```/gs)].map(([, path = "", text = ""]) => ({
  path,
  text,
}));
for (const { path, text } of snippets) {
  mkdirSync(dirname(join(scratch, path)), { recursive: true });
  writeFileSync(join(scratch, path), text);
}

const load = async (name: string): Promise<CorePlugin> => {
  const found = await findCorePlugins({ folder: join(scratch, "plugins"), log: testHost().log });
  const plugin = found.find((candidate) => candidate.plugin.name === name)?.plugin;
  return plugin ?? assert.fail(`${name} is not among ${found.map((each) => each.plugin.name)}`);
};

test("every snippet of the pages on plugins names its file", () => {
  assert.equal(snippets.length, [...pages.matchAll(/```ts/g)].length);
  assert.ok(snippets.length >= 4);
});

test("the echo model of the page answers", async () => {
  const host = testHost({ plugins: [await load("echo")] });
  const model = await host.get("model");
  const request = { model: "echo", messages: [{ role: "user", content: "one two" }] } as const;
  const said = (await Array.fromAsync(model.generate(request, new AbortController().signal))).flat();
  assert.deepEqual(
    said.map((event) => event.event === "message_tokens" && event.data.content),
    ["one ", "two"],
  );
  await host.shutdown();
});

test("the plugin of the page that changes another one leaves the rest of it as it is", async () => {
  const ground = {
    ...{ role: "auth", name: "ground" },
    create: () => ({ requestAllowed: async ({ model }: { model: string }) => model === "m" }),
  };
  const rest = Object.fromEntries(Object.keys(roleMethods.auth).map((method) => [method, () => "ground"]));
  const create = () => ({ ...rest, ...ground.create() });
  const host = testHost({ plugins: [{ ...ground, create } as unknown as CorePlugin, await load("curfew")] });
  const auth = await host.get("auth");
  const allowed = (model: string) => auth.requestAllowed({ username: "ada", model });
  host.clock.set("2031-02-03T12:00:00.000Z");
  assert.deepEqual([await allowed("m"), await allowed("other")], [true, false]);
  host.clock.set("2031-02-03T03:00:00.000Z");
  assert.equal(await allowed("m"), false);
  assert.equal(await auth.verifyToken("any"), "ground");
  await host.shutdown();
});

test("the processor of the page answers a message by itself", async () => {
  const host = testHost({ plugins: [await load("forgetful"), await load("echo")] });
  const processor = await host.get("message_processor");
  const place = {
    userId: "me",
    threadId: "t",
    turnId: "n",
    model: "echo",
    systemPrompt: "default",
    settings: {},
    consent: async () => ({ approved: false }),
  };
  const timestamp = host.now().toISOString();
  const entry = {
    id: "m",
    role: "user",
    type: "message_text",
    content: "hello",
    timestamp,
    parentId: null,
  } as const;
  const turn = processor.processMessage({ ...place, message: entry }, new AbortController().signal);
  assert.deepEqual(await Array.fromAsync(turn), [
    [{ event: "message_tokens", data: { content: "hello", model: "echo", timestamp } }],
  ]);
  await host.shutdown();
});

test("the test of the page passes", async () => {
  const file = join(scratch, "plugins/core/prompts-with-date.test.ts");
  // Without the variable by which the runner knows its own children, or it would not run a test of its own.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, ["--test", "--test-reporter=tap", file], {
    env,
  });
  assert.match(stdout, /# pass 1\n# fail 0/);
});

test("the snippets fit the contracts", async () => {
  const options = readFileSync(join(root, "tsconfig.json"), "utf8");
  writeFileSync(
    join(scratch, "tsconfig.json"),
    JSON.stringify({ ...JSON.parse(options), include: ["plugins"] }),
  );
  const tsc = join(root, "node_modules/.bin/tsc");
  await promisify(execFile)(process.execPath, [tsc, "-p", scratch]).catch((error: { stdout?: string }) =>
    assert.fail(error.stdout ?? String(error)),
  );
});

test("the page lists every role", () => {
  for (const role of pluginRoles) assert.match(page, new RegExp(`^\\| \`${role}\` +\\|`, "m"));
});
