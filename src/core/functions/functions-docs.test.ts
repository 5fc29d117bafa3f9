import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { entry, inShort, noting, openProcessor, run } from "../../../test/support/scripted-processor.ts";
import { testHost } from "../../testkit/test-host.ts";
import { functionsPlugin } from "./plugin.ts";

const page = readFileSync(new URL("../../../docs/functions.md", import.meta.url), "utf8");
const root = fileURLToPath(new URL("../../..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "skeleton-docs-"));
after(() => rmSync(scratch, { recursive: true }));
for (const name of ["src", "node_modules", "package.json"])
  symlinkSync(join(root, name), join(scratch, name));
const snippets = [...page.matchAll(/```ts\n\/\/ (\S+)\n(.*?)```/gs)];
for (const [, path = "", text = ""] of snippets) {
  mkdirSync(dirname(join(scratch, path)), { recursive: true });
  writeFileSync(join(scratch, path), text);
}

const config = { plugins_path: join(scratch, "plugins") };

/** What comes of a message on its way through all functions of the page, at this time of day. */
async function ask(content: string, time: string) {
  const host = testHost({ config, plugins: [functionsPlugin] });
  host.clock.set(`2031-02-03T${time}:00.000Z`);
  const role = await host.get("functions");
  assert.deepEqual(await role.getProblems(), []);
  const functions = await role.getFunctions();
  const { model, requests } = noting();
  const told = await run(await openProcessor({ model, functions, entries: [entry("q", "user", content)] }));
  await host.shutdown();
  return { told: inShort(told), messages: requests[0]?.messages };
}

test("every snippet of the page on functions names its file", () => {
  assert.equal(snippets.length, [...page.matchAll(/```ts/g)].length);
  assert.ok(snippets.length >= 4);
});

test("the functions of the page do what it says", async () => {
  const { told, messages } = await ask("What is a lintel? sk-0123456789abcdef", "12:00");
  assert.deepEqual(messages, [
    { role: "system", content: "lintel: A beam over a door or a window." },
    { role: "user", content: "What is a lintel? [a key]" },
  ]);
  assert.deepEqual(
    told.map((text) => text.replace(/^id-\d+: /, "")),
    ["glossary: looked up lintel", "ok"],
  );
  const night = await ask("Hello", "23:00");
  assert.equal(night.messages, undefined);
  assert.match(night.told.at(-1) ?? "", /office-hours stopped this turn: The models are asleep/);
});

test("the test of the page passes", async () => {
  const file = join(scratch, "plugins/functions/no-keys.test.ts");
  // Without the variable by which the runner knows its own children, or it would not run a test of its own.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, ["--test", "--test-reporter=tap", file], {
    env,
  });
  assert.match(stdout, /# pass 1\n# fail 0/);
});

test("the snippets fit the contract", async () => {
  const options = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8"));
  writeFileSync(join(scratch, "tsconfig.json"), JSON.stringify({ ...options, include: ["plugins"] }));
  const tsc = join(root, "node_modules/.bin/tsc");
  await promisify(execFile)(process.execPath, [tsc, "-p", scratch]).catch((error: { stdout?: string }) =>
    assert.fail(error.stdout ?? String(error)),
  );
});
