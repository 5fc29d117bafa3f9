import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openChat } from "../../../test/support/command-chat.ts";
import { builtInCommands } from "./built-in/list.ts";

const page = readFileSync(new URL("../../../docs/commands.md", import.meta.url), "utf8");
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

test("the page on commands names every one of them as it is written", () => {
  const text = page.replaceAll("\\|", "|");
  for (const { name, usage } of builtInCommands) {
    const written = usage === undefined ? `\`/${name}\`` : `\`/${name} ${usage}\``;
    assert.ok(text.includes(written), written);
  }
});

test("the commands of the page do what it says", async (context) => {
  assert.equal(snippets.length, [...page.matchAll(/```ts/g)].length);
  const { run, fault, suggested, begin, began } = openChat(context, {
    pluginsPath: join(scratch, "plugins"),
  });
  assert.match((await run("/dice")).text, /^\*\*[1-6]\*\* of 6$/);
  assert.match((await run("/dice 2")).text, /^\*\*[12]\*\* of 2$/);
  assert.equal(
    await fault("/dice none"),
    "No die has none sides. Say a whole number, for example `/dice 20`.",
  );
  assert.deepEqual(await suggested("/dice 2"), ["/dice 20"]);
  assert.equal(await fault("/again"), "There is nothing to answer. Ask something first.");
  const threadId = await begin("Why is the sky blue?");
  assert.equal((await run("/again", { threadId })).effect?.kind, "turn");
  assert.equal(began[0]?.instructions, "Answer in one sentence.");
});

test("the snippets fit the contract", async () => {
  const options = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8"));
  writeFileSync(join(scratch, "tsconfig.json"), JSON.stringify({ ...options, include: ["plugins"] }));
  const tsc = join(root, "node_modules/.bin/tsc");
  await promisify(execFile)(process.execPath, [tsc, "-p", scratch]).catch((error: { stdout?: string }) =>
    assert.fail(error.stdout ?? String(error)),
  );
});
