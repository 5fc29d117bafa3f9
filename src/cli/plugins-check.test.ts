import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadConfig } from "../host/load-config.ts";
import * as main from "../main.ts";
import { checkPlugin } from "./plugins-check.ts";
import { writeStarter } from "./plugins-new.ts";

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Fills a role with the default exports of the files in its folder. */
const loader = (role: string, get: string) => `
  import { readdir } from "node:fs/promises";
  import { resolve } from "node:path";
  const create = async ({ config }) => {
    const folder = resolve(config.plugins_path, "${role}");
    const names = await readdir(folder).catch(() => []);
    const found = await Promise.all(names.map(async (name) => (await import(resolve(folder, name))).default));
    return { ${get}: async () => found, getProblems: async () => [], call() {} };
  };
  export default { role: "${role}", name: "small-${role}", priority: 5, create };`;

/** A plugins folder with these files. */
function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-plugins-"));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** What is found, a text for types and one for loading, each with whether it is well. */
async function look(folder: string, path: string, as?: string) {
  const [types, load] = await checkPlugin(main, {
    ...{ file: join(folder, path), as, pluginsPath: folder },
    configuration: (flags) => loadConfig({ cwd: folder, env: {}, flags }),
  });
  const told = (check = types) => `${check?.ok ? "ok" : "FAIL"}: ${check?.detail}`;
  return { types: told(types), load: told(load) };
}

describe("a starter", () => {
  for (const [kind, loaded] of [
    ["tool", /^ok: tool my-first$/],
    ["function", /^ok: function my-first with preCall, filterStream, postCall$/],
    ["command", /^ok: command \/my-first <thing> \[times\]$/],
    ["core", /^ok: core plugin my-first in the role message_processor$/],
    ["page", /^ok: page \/_plugin\/my-first\/, access user$/],
  ] as const) {
    test(`for a ${kind} fits its contract and loads`, async () => {
      const folder = folderWith({
        "core/tools.ts": loader("tools", "getTools"),
        "core/functions.ts": loader("functions", "getFunctions"),
      });
      const [file = ""] = await writeStarter(kind, "my-first", folder);
      const { types, load } = await look(folder, file.slice(folder.length));
      assert.equal(types, "ok: fit");
      assert.match(load, loaded);
    });
  }

  test("overwrites nothing, and has no odd name or kind", async () => {
    const folder = folderWith({ "tools/greet.ts": "my own" });
    await assert.rejects(writeStarter("tool", "greet", folder), {
      code: "bad_input",
      message: /is there already/,
    });
    assert.equal(readFileSync(join(folder, "tools/greet.ts"), "utf8"), "my own");
    for (const [kind, name] of [
      ["tool", "../up"],
      ["tool", "Up"],
      ["tool", ""],
      ["cat", "tom"],
      ["toString", "x"],
    ] as const)
      await assert.rejects(writeStarter(kind, name, folder), { code: "bad_input" });
  });
});

describe("checking a plugin", () => {
  const contract = (name: string) => fileURLToPath(new URL(`../protocols/${name}.ts`, import.meta.url));

  test("tells faults in the types, though the file loads", async () => {
    const folder = folderWith({
      "pages/typo.ts": `import type { PagePlugin } from "${contract("page")}";
        export default { name: "typo", acess: "admin", routes() {} } satisfies PagePlugin;`,
    });
    const { types, load } = await look(folder, "pages/typo.ts");
    assert.match(types, /^FAIL: .*pages\/typo\.ts\(2,\d+\): error .*acess/);
    assert.match(load, /^ok: page \/_plugin\/typo\//);
  });

  test("tells what would go wrong at the start, with the file as it was named", async () => {
    const bus = `export default { role: "bus", name: "half", create: () => ({ open() {} }) };`;
    const page = `export default { name: "half", routes() { throw new Error("the other half"); } };`;
    const folder = folderWith({
      "core/half.js": bus,
      "pages/half.js": page,
      "core/idle.js": bus.replace("bus", "aura"),
    });
    const { types, load } = await look(folder, "core/half.js");
    assert.equal(types, "ok: nothing to check in JavaScript");
    assert.ok(
      load.startsWith(
        `FAIL: the plugin "half" (${join(folder, "core/half.js")}) for the role bus lacks append()`,
      ),
      load,
    );
    assert.match((await look(folder, "core/idle.js")).load, /^FAIL: It is loaded, and nothing of it is used/);
    rmSync(join(folder, "core"), { recursive: true });
    assert.match((await look(folder, "pages/half.js")).load, /^FAIL: failed in routes\(\): the other half/);
  });

  test("knows what a file is by its folder or the caller, and one that nobody would load", async () => {
    const text = `export default { name: "one", routes() {} };`;
    const folder = folderWith({
      "library/one.js": text,
      "pages/two/index.js": text,
      "pages/_draft.js": text,
    });
    symlinkSync("../library/one.js", join(folder, "pages/one.js"));
    for (const [path, as] of [
      ["pages/one.js"],
      ["library/one.js", "page"],
      ["pages/two"],
      ["pages/two/index.js"],
    ] as const)
      assert.match((await look(folder, path, as)).load, /^ok: page \/_plugin\/one\//, path);
    await assert.rejects(look(folder, "library/one.js"), { code: "bad_input", hint: /Say what it is/ });
    await assert.rejects(look(folder, "pages/none.js"), { code: "bad_input", message: /is not there/ });
    assert.match(
      (await look(folder, "pages/_draft.js")).load,
      /^FAIL: A server does not load a file of this name/,
    );
  });
});
