import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { type LoggedLine, recordingLogger } from "../testkit/test-host.ts";
import { findCorePlugins } from "./find-plugins.ts";

const plugin = (name: string, role = "bus") =>
  `export default { role: "${role}", name: "${name}", create: () => ({}) };\n`;

/** Loads from a folder that holds these files, by their path in it. */
async function find(
  files: Readonly<Record<string, string>>,
  { limitMs = 5000, prepare = (_folder: string) => {} } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-plugins-"));
  const logged: LoggedLine[] = [];
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    prepare(folder);
    const found = await findCorePlugins({ folder, log: recordingLogger(logged), loadLimitMs: limitMs });
    return { found, logged, names: found.map(({ plugin }) => plugin.name), folder };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("plugins are files of four endings and folders with an index or a main, in order of name", async () => {
  const { names, found, folder } = await find({
    "core/a.ts": `type Text = string; const name: Text = "a"; export default { role: "bus", name, create() {} };`,
    "core/b.js": `module.exports = { role: "bus", name: "b", create() {} };`,
    "core/c.mts": plugin("c"),
    "core/d.mjs": plugin("d"),
    "core/e/index.ts": plugin("e"),
    "core/f/package.json": `{ "main": "lib/main.ts", "type": "module" }`,
    "core/f/lib/main.ts": plugin("f"),
    "core/g/package.json": `{ "type": "module" }`,
    "core/g/index.js": plugin("g"),
  });
  assert.deepEqual(names, ["a", "b", "c", "d", "e", "f", "g"]);
  assert.equal(found[0]?.file, join(folder, "core", "a.ts"));
});

test("tests, declarations, other files and whatever begins with _ or . are left out", async () => {
  const broken = "this is no program (";
  const { names, logged } = await find({
    "core/a.ts": plugin("a"),
    "core/a.test.ts": broken,
    "core/a.d.ts": broken,
    "core/_b.ts": broken,
    "core/__c.ts": broken,
    "core/.d.ts": broken,
    "core/_helpers/index.ts": broken,
    "core/node_modules/x/index.js": broken,
    "core/README.md": broken,
    "tools/e.ts": broken,
  });
  assert.deepEqual(names, ["a"]);
  assert.deepEqual(logged, []);
});

test("a plugin that is for this Skeleton is loaded", async () => {
  const fits = `export default { role: "bus", name: "x", skeleton: ">=0.1", create() {} };`;
  assert.deepEqual((await find({ "core/a.ts": fits })).names, ["x"]);
});

test("a missing folder holds no plugins", async () => {
  assert.deepEqual((await find({})).names, []);
});

test("links to files and folders are followed, and a link to nowhere stops the start", async () => {
  const library = {
    "library/a.ts": plugin("a"),
    "library/b/index.ts": plugin("b"),
    "core/c.ts": plugin("c"),
  };
  const link = (target: string, name: string) => (folder: string) =>
    symlinkSync(join(folder, target), join(folder, "core", name));
  assert.deepEqual((await find(library, { prepare: link("library/a.ts", "linked.ts") })).names, ["c", "a"]);
  assert.deepEqual((await find(library, { prepare: link("library/b", "linked") })).names, ["c", "b"]);
  await assert.rejects(find(library, { prepare: link("gone.ts", "linked.ts") }), {
    code: "plugin_invalid",
    message: /linked\.ts cannot be read \(ENOENT\)/,
  });
});

test("whatever is wrong with a plugin stops the start with its file", async () => {
  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ["throws", `throw new Error("not today");`, /cannot be loaded: Error: not today/],
    ["syntax", "export default {", /cannot be loaded: SyntaxError/],
    ["import", `import "./nowhere.ts";`, /cannot be loaded: .*nowhere\.ts/],
    ["enum", "export enum Kind { One }", /cannot be loaded: /],
    ["none", "export const plugin = 1;", /no default export/],
    ["null", "export default null;", /no default export/],
    ["role", `export default { name: "x", create() {} };`, /no role/],
    ["name", `export default { role: "bus", name: " ", create() {} };`, /role bus has no name/],
    [
      "priority",
      `export default { role: "bus", name: "x", priority: "high", create() {} };`,
      /role bus .*priority/,
    ],
    ["create", `export default { role: "bus", name: "x" };`, /role bus lacks create\(\)/],
    [
      "version",
      `export default { role: "bus", name: "x", skeleton: "^999", create() {} };`,
      /is for Skeleton \^999, and this is \d/,
    ],
    [
      "range",
      `export default { role: "bus", name: "x", skeleton: "new", create() {} };`,
      /no range of versions/,
    ],
  ];
  for (const [name, text, message] of wrong) {
    await assert.rejects(find({ [`core/${name}.ts`]: text }), (error: Error & { code?: string }) => {
      assert.equal(error.code, "plugin_invalid", name);
      assert.match(error.message, message);
      assert.match(error.message, new RegExp(`core/${name}\\.ts`));
      return true;
    });
  }
  await assert.rejects(find({ "core/empty/notes.txt": "" }), {
    message: /core\/empty is a folder without index/,
  });
});

test("all plugins that are wrong are told together", async () => {
  await assert.rejects(find({ "core/a.ts": "throw 1", "core/b.ts": plugin("b"), "core/c.ts": "throw 2" }), {
    message: /core\/a\.ts cannot.*\n.*core\/c\.ts cannot/,
  });
});

test("a plugin that hangs while it loads stops the start", async () => {
  await assert.rejects(find({ "core/slow.ts": "await new Promise(() => {});" }, { limitMs: 20 }), {
    code: "plugin_invalid",
    message: /core\/slow\.ts did not finish loading within 20 ms/,
  });
});

test("a role that nobody knows is told in the log and ignored", async () => {
  const { names, logged } = await find({ "core/a.ts": plugin("a", "telepathy"), "core/b.ts": plugin("b") });
  assert.deepEqual(names, ["b"]);
  assert.equal(logged[0]?.level, "warn");
  assert.match(logged[0]?.message ?? "", /core\/a\.ts is ignored: nobody asks for the role telepathy/);
});
