import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { sourceProgram } from "../support/program.ts";
import { newFolder, runSkeleton } from "./skeleton-process.ts";

/** Fills the role that loads these files, as simply as can be. */
const loader = (role: "tools" | "functions", get: string) => `
  import { readdir } from "node:fs/promises";
  import { resolve } from "node:path";
  import { pathToFileURL } from "node:url";
  const create = async (host) => {
    const folder = resolve(host.config.plugins_path, "${role}");
    const found = [], problems = [], sources = {};
    for (const name of await readdir(folder).catch(() => [])) {
      const source = resolve(folder, name);
      try {
        const { default: plugin } = await import(pathToFileURL(source));
        found.push(plugin);
        sources[plugin.name] = source;
      } catch (error) { problems.push({ source, problem: "cannot be loaded: " + error.message }); }
    }
    return { ${get}: async () => found, getProblems: async () => problems, getSources: async () => sources, call() {} };
  };
  export default { role: "${role}", name: "small-${role}", priority: 5, create };`;

const files: Readonly<Record<string, string>> = {
  "core/tools.ts": loader("tools", "getTools"),
  "core/functions.ts": loader("functions", "getFunctions"),
  "tools/weather.ts": `export default { name: "forecast", description: "The weather.\\nOf some days.", execute() {},
    parameters: { type: "object", required: ["city"], properties: { city: { type: "string" },
      days: { type: "integer" }, unit: { enum: ["c", "f"] }, near: { type: "array", items: { type: "string" } } } } };`,
  "tools/broken.ts": `throw new Error("no weather today");`,
  "functions/tidy.ts": `export default { name: "tidy", priority: 3, preCall() {}, postCall() {} };`,
  "commands/knock.ts": `export default { name: "knock", help: "Knocks", usage: "[times]", run: () => "" };`,
  "commands/mute.ts": `export default { name: "mute", help: "Says nothing" };`,
  "pages/notes.ts": `export default { name: "notes", title: "Notes", access: "admin", routes() {} };`,
  "pages/half.ts": `export default { name: "half", routes() { throw new Error("the other half"); } };`,
};

/** A working folder with these plugins. */
function folderWith(plugins: Readonly<Record<string, string>>): string {
  const cwd = newFolder();
  for (const [path, text] of Object.entries(plugins)) {
    mkdirSync(dirname(join(cwd, "plugins", path)), { recursive: true });
    writeFileSync(join(cwd, "plugins", path), text);
  }
  return cwd;
}

describe("skeleton plugins", { concurrency: true }, () => {
  test("lists what is loaded, from which file, with which schema, and what failed and why", async () => {
    const cwd = folderWith(files);
    const [{ code, stdout }, json] = await Promise.all([
      runSkeleton(["plugins"], { cwd }),
      runSkeleton(["plugins", "--json"], { cwd }),
    ]);
    assert.deepEqual([code, json.code], [1, 1]);
    for (const line of [
      "  tools: small-tools (plugins/core/tools.ts)",
      "  store: sqlite (built in)",
      `  forecast(city: string, days?: integer, unit?: "c" | "f", near?: string[])  plugins/tools/weather.ts\n    The weather.`,
      "  tidy: preCall, postCall  plugins/functions/tidy.ts",
      "  /knock [times]  plugins/commands/knock.ts\n    Knocks",
      "  /_plugin/notes/  for admins  plugins/pages/notes.ts",
      "  plugins/tools/broken.ts: cannot be loaded: no weather today",
      "  plugins/pages/half.ts: failed in routes(): the other half",
    ])
      assert.ok(stdout.includes(`${line}\n`), `${line} is in\n${stdout}`);
    const report = JSON.parse(json.stdout);
    assert.equal(report.ok, false);
    assert.deepEqual(report.tools[0].parameters.properties.unit, { enum: ["c", "f"] });
    assert.equal(report.functions[0].priority, 3);
    assert.deepEqual(
      report.pages.map(({ path, access }: Record<string, string>) => [path, access]),
      [["/_plugin/notes/", "admin"]],
    );
    assert.deepEqual(
      report.problems.map(({ kind }: Record<string, string>) => kind),
      ["tool", "command", "page"],
    );
  });

  test("tells the core plugin that would stop the start", async () => {
    const bad = `export default { role: "bus", name: "x", skeleton: "^999", create() {} };`;
    const { code, stdout } = await runSkeleton(["plugins", "--json"], {
      cwd: folderWith({ "core/bad.ts": bad }),
    });
    assert.equal(code, 1);
    assert.match(
      JSON.parse(stdout).problems[0].problem,
      /core\/bad\.ts is for Skeleton \^999, and this is \d/,
    );
  });

  test("begins a plugin and checks it; what is wrong is a failure, and a wrong use is told apart", async () => {
    const cwd = newFolder();
    const run = (args: readonly string[], more = {}) => runSkeleton(["plugins", ...args], { cwd, ...more });
    const fromSource = { binary: sourceProgram };
    const begun = await run(["new", "core", "mine", "--dir", "own"], fromSource);
    assert.deepEqual(begun, { code: 0, stdout: "own/core/mine.ts\n", stderr: "" });
    const [checked, again, unknown, misused] = await Promise.all([
      run(["check", "own/core/mine.ts"], fromSource),
      run(["new", "core", "mine", "--dir", "own"]),
      run(["check", "own/core/nowhere.ts"]),
      run(["new", "core"]),
    ]);
    assert.equal(checked.code, 0);
    assert.match(
      checked.stdout,
      /^ok {3}types: fit\nok {3}load: core plugin mine in the role message_processor\n$/,
    );
    assert.equal(again.code, 1);
    assert.match(again.stderr, /own\/core\/mine\.ts is there already/);
    assert.deepEqual([unknown.code, misused.code], [1, 2]);
  });
});
