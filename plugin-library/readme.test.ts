import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const cwd = fileURLToPath(new URL(".", import.meta.url));
const plugins = globSync("*/*.ts", { cwd }).filter((name) => !name.endsWith(".test.ts"));
const listed = [...readFileSync(`${cwd}README.md`, "utf8").matchAll(/^\| `(\S+\.ts)`/gm)].map(
  ([, name]) => name,
);

test("the README lists every plugin of the library, in order, and no other", () => {
  const folders = ["tools", "functions", "pages", "core"];
  const inOrder = folders.flatMap((folder) => plugins.filter((name) => name.startsWith(`${folder}/`)).sort());
  assert.equal(inOrder.length, plugins.length);
  assert.deepEqual(listed, inOrder);
});

test("every plugin says what it is at its top, and has a test beside it", () => {
  const tests = globSync("*/*.test.ts", { cwd });
  for (const name of plugins) {
    assert.match(readFileSync(cwd + name, "utf8"), /^\/\*\n \* \w/, name);
    assert.ok(tests.includes(name.replace(/\.ts$/, ".test.ts")), name);
  }
});

test("a plugin takes types from the contracts, and what it needs beside from packages", () => {
  for (const name of plugins) {
    const imports = [...readFileSync(cwd + name, "utf8").matchAll(/^import (type )?.* from "(.*)";$/gm)];
    for (const [line, type, from = ""] of imports)
      if (from.startsWith("."))
        assert.ok(type !== undefined && from.startsWith("../../src/protocols/"), line);
  }
});
