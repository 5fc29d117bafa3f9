import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { stringify } from "yaml";
import { systemPromptsContract } from "../../testkit/system-prompts-contract.ts";
import { testHost } from "../../testkit/test-host.ts";
import { parsePrompts } from "./parse-prompts.ts";
import { promptsFile } from "./prompts-file.ts";
import { yamlPromptsPlugin } from "./yaml-prompts.ts";

const me = { userId: "u" };

function scratch(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-prompts-"));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Prompts from the data folder's file, with the means to edit it. */
async function open(context: TestContext, text?: string, ownFile?: string) {
  const data = scratch(context);
  const path = join(data, "system_prompts.yaml");
  if (text !== undefined) writeFileSync(path, text);
  const host = testHost({
    plugins: [yamlPromptsPlugin],
    config: { data_path: data, system_prompts_file: ownFile },
  });
  context.after(() => host.shutdown());
  const prompts = await host.get("system_prompt");
  const keys = async () => Object.keys(await prompts.listPrompts(me));
  const problems = () => host.logged.filter(({ level }) => level !== "info").map(({ message }) => message);
  return { host, prompts, keys, path, data, problems };
}

systemPromptsContract("system prompts in YAML", async (context, prompts) => {
  return (await open(context, stringify(prompts))).prompts;
});

describe("where the prompts come from", () => {
  const file = (key: string) => `${key}: { content: text of ${key} }\n`;

  test("the first of the files that exists", async (context) => {
    const folder = scratch(context);
    const paths = ["variable", "data", "here"].map((name) => join(folder, `${name}.yaml`));
    const { host } = await open(context);
    const keysOf = async (those: readonly string[]) => [
      ...(await promptsFile(those, host.now, host.log)()).keys(),
    ];
    assert.deepEqual(await keysOf(paths), ["default", "zero"]);
    for (const name of ["here", "data", "variable"]) {
      writeFileSync(join(folder, `${name}.yaml`), file(name));
      assert.deepEqual(await keysOf(paths), [name]);
    }
  });

  test("the configured file before that of the data folder; a configured one that is missing is passed over", async (context) => {
    const own = join(scratch(context), "own.yaml");
    writeFileSync(own, file("own"));
    assert.deepEqual(await (await open(context, file("data"), own)).keys(), ["own"]);
    rmSync(own);
    assert.deepEqual(await (await open(context, file("data"), own)).keys(), ["data"]);
  });

  test("the file of the working directory comes last", async (context) => {
    const { data, keys } = await open(context);
    const before = process.cwd();
    mkdirSync(join(data, "here"));
    writeFileSync(join(data, "here", "system_prompts.yaml"), file("here"));
    process.chdir(join(data, "here"));
    try {
      assert.deepEqual(await keys(), ["here"]);
    } finally {
      process.chdir(before);
    }
  });

  test("without a file there are default and zero, of which zero sends nothing", async (context) => {
    const { prompts, keys } = await open(context);
    assert.deepEqual(await keys(), ["default", "zero"]);
    assert.equal(await prompts.getPrompt({ ...me, key: "zero" }), "");
    assert.match((await prompts.getPrompt({ ...me, key: "default" })) ?? "", /helpful/);
  });
});

describe("files that are not as they should be", () => {
  test("bad entries are left out with a line in the log, the others stay", async (context) => {
    const text = `
good: { content: yes it is, description: Good }
none: { description: no content }
number: { content: 7 }
list: [content]
odd: { content: text, description: [1] }
plain: text
bare: { content: text, description: }
1: { content: one }
`;
    const { prompts, keys, problems } = await open(context, text);
    assert.deepEqual((await keys()).sort(), ["1", "bare", "good"]);
    assert.equal((await prompts.listPrompts(me)).bare, "");
    assert.equal(problems().length, 5);
    for (const [at, key] of ["none", "number", "list", "odd", "plain"].entries()) {
      assert.match(problems()[at] ?? "", new RegExp(`the prompt "${key}" .*; it is left out`));
    }
  });

  for (const [what, text] of Object.entries({
    empty: "",
    "a list": "- a\n- b\n",
    "a text": "hello",
    "without one good entry": "a: 1\nb: { content: 2 }\n",
  })) {
    test(`a file that is ${what} leaves the built-in two, and the log says so`, async (context) => {
      const { keys, problems } = await open(context, text);
      assert.deepEqual(await keys(), ["default", "zero"]);
      assert.ok(problems().length > 0);
    });
  }

  test("a file that is no YAML leaves the built-in two and an error in the log", async (context) => {
    const { host, keys } = await open(context, 'a: "unfinished\n');
    assert.deepEqual(await keys(), ["default", "zero"]);
    const [line] = host.logged.filter(({ level }) => level === "error");
    assert.match(line?.message ?? "", /cannot be read, the built-in prompts are used until it is corrected/);
  });

  test("a key that stands twice counts as it stands last", () => {
    const { prompts } = parsePrompts("a: { content: first }\na: { content: last }\n");
    assert.equal(prompts.get("a")?.content, "last");
  });
});

describe("editing the file", () => {
  const one = (content: string) => stringify({ only: { content } });

  test("an edit counts within a second without a restart", async (context) => {
    const { host, prompts, path } = await open(context, one("before"));
    const text = () => prompts.getPrompt({ ...me, key: "only" });
    assert.equal(await text(), "before");
    writeFileSync(path, one("after it"));
    assert.equal(await text(), "before", "the disk is not asked at every call");
    host.clock.advance(1000);
    assert.equal(await text(), "after it");
    writeFileSync(`${path}.new`, one("moved in"));
    renameSync(`${path}.new`, path);
    host.clock.advance(1000);
    assert.equal(await text(), "moved in");
    host.clock.advance(-5000);
    writeFileSync(path, one("after the clock was set back"));
    assert.equal(await text(), "after the clock was set back");
  });

  test("an unchanged file is not read again", async (context) => {
    const { host, keys } = await open(context, one("same"));
    for (let times = 0; times < 3; times++) {
      await keys();
      host.clock.advance(1000);
    }
    assert.equal(host.logged.length, 1);
  });

  test("a slip while editing keeps the last good prompts until it is corrected", async (context) => {
    const { host, keys, path, problems } = await open(context, one("good"));
    assert.deepEqual(await keys(), ["only"]);
    writeFileSync(path, 'only: { content: "half');
    host.clock.advance(1000);
    assert.deepEqual(await keys(), ["only"]);
    assert.match(problems().at(-1) ?? "", /the prompts read before stay until it is corrected/);
    writeFileSync(path, stringify({ only: { content: "good" }, next: { content: "new" } }));
    host.clock.advance(1000);
    assert.deepEqual(await keys(), ["only", "next"]);
  });

  test("a file that appears counts, and one that goes leaves the built-in two", async (context) => {
    const { host, keys, path } = await open(context);
    assert.deepEqual(await keys(), ["default", "zero"]);
    writeFileSync(path, one("here now"));
    host.clock.advance(1000);
    assert.deepEqual(await keys(), ["only"]);
    rmSync(path);
    host.clock.advance(1000);
    assert.deepEqual(await keys(), ["default", "zero"]);
  });
});

test("the example file has the seven well-known keys, each with text and description but for zero", () => {
  const example = new URL("../../../docs/examples/system_prompts.yaml", import.meta.url);
  const { prompts, dropped } = parsePrompts(readFileSync(example, "utf8"));
  assert.deepEqual(dropped, []);
  const keys = ["default", "zero", "code-assistant", "creative-writing", "analysis", "debugging", "tutor"];
  assert.deepEqual([...prompts.keys()], keys);
  for (const [key, { content, description }] of prompts) {
    assert.notEqual(description, "", key);
    assert.equal(content === "", key === "zero", key);
  }
});
