import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { findPages } from "./find-pages.ts";

/** Finds the pages of a folder that holds these files, by their path in its `pages` folder. */
async function find(
  files: Readonly<Record<string, string>>,
  { limitMs = 5000, prepare = (_folder: string) => {} } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-pages-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, "pages", path)), { recursive: true });
      writeFileSync(join(folder, "pages", path), text);
    }
    prepare(folder);
    const { pages, problems } = await findPages({ folder, loadLimitMs: limitMs });
    return { names: pages.map(({ page }) => page.name), pages, problems, folder };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const page = (name: string) => `export default { name: "${name}", routes() {} };`;

test("a missing folder holds no pages", async () => {
  const { names, problems } = await find({});
  assert.deepEqual([names, problems], [[], []]);
});

test("pages come in order of their files; of two with one name the first has it", async () => {
  const { names, problems, folder } = await find({
    "b/index.ts": page("one"),
    "a.ts": page("two"),
    "c.ts": page("one"),
  });
  assert.deepEqual(names, ["two", "one"]);
  assert.deepEqual(
    problems.map(({ source }) => source),
    [join(folder, "pages", "c.ts")],
  );
  assert.match(problems[0]?.problem ?? "", /the name of another page, one \(.*pages\/b\)/);
});

test("whatever is wrong with a page is told with its file, and the others are there", async () => {
  const wrong: readonly (readonly [text: string, problem: RegExp])[] = [
    [`throw new Error("not today");`, /cannot be loaded: Error: not today/],
    ["export default {", /cannot be loaded: SyntaxError/],
    ["await new Promise(() => {});", /did not finish loading within 200 ms/],
    ["export const page = 1;", /no default export that is a page/],
    ["export default { routes() {} };", /the name undefined;/],
    [page("Up"), /the name "Up";/],
    [page("../up"), /the name/],
    [page("a".repeat(41)), /the name/],
    [`export default { name: "x", title: "", routes() {} };`, /a title that is no text/],
    [
      `export default { name: "x", access: "amdin", routes() {} };`,
      /the access "amdin"; it is user, public or/,
    ],
    [`export default { name: "x" };`, /neither routes\(\) nor a static folder/],
    [`export default { name: "x", routes: 1 };`, /routes that are no function/],
    [`export default { name: "x", static: 1 };`, /static folder whose name is no text/],
    [`export default { name: "x", static: "none" };`, /serves "none", which is no folder below/],
    [`export default { name: "x", static: "." };`, /no folder below/],
    [`export default { name: "x", static: ".." };`, /no folder below/],
    [`export default { name: "x", static: "/etc" };`, /no folder below/],
    [`export default { name: "x", sidebar: true, routes() {} };`, /a sidebar that is no object/],
    [`export default { name: "x", sidebar: {}, routes() {} };`, /a sidebar without a title/],
    [
      `export default { name: "x", sidebar: { title: "X", icon: "cat" }, routes() {} };`,
      /icon "cat"; there are book,/,
    ],
    [`export default { name: "x", skeleton: "^999", routes() {} };`, /is for Skeleton \^999, and this is \d/],
    [`export default { name: "x", skeleton: 1, routes() {} };`, /says "skeleton: 1", which is no range/],
  ];
  const files = Object.fromEntries(
    wrong.map(([text], index) => [`w${String(index).padStart(2, "0")}.ts`, text]),
  );
  const { names, problems } = await find({ ...files, "z.ts": page("z") }, { limitMs: 200 });
  assert.deepEqual(names, ["z"]);
  assert.equal(problems.length, wrong.length);
  for (const [index, [, problem]] of wrong.entries()) assert.match(problems[index]?.problem ?? "", problem);
});

test("the folder that a page serves lies below the file of the plugin, also of one that is linked", async () => {
  const text = `export default { name: "x", static: "files" };`;
  const library = { "../library/x/index.ts": text, "../library/x/files/index.html": "hello", "_none.ts": "" };
  const link = (folder: string) => symlinkSync(join(folder, "library", "x"), join(folder, "pages", "x"));
  const { pages, folder } = await find(library, { prepare: link });
  assert.ok(pages[0]?.folder?.endsWith(join(folder, "library/x/files")));

  const out = (folder: string) => symlinkSync(folder, join(folder, "pages", "y", "files"));
  const { problems } = await find({ "y/index.ts": text }, { prepare: out });
  assert.match(problems[0]?.problem ?? "", /no folder below/);
});
