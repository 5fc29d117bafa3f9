import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const dist = new URL("../../web/dist/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, dist), "utf8");
const scripts = readdirSync(new URL("static/", dist)).filter((name) => name.endsWith(".js"));

const htmlScripts = (page: string): string[] =>
  [...read(page).matchAll(/(?:src|href)="\.{1,2}\/static\/([^"]+\.js)"/g)].map(([, name]) => name ?? "");

/** A script with all that it loads at once; what it loads later is not counted. */
function withImports(names: readonly string[], found = new Set<string>()): ReadonlySet<string> {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    const code = read(`static/${name}`);
    const imported = [...code.matchAll(/(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)];
    withImports(
      imported.map(([, other]) => other ?? ""),
      found,
    );
  }
  return found;
}

/** Words that stay in a library however small it is made. */
const marks = {
  Markdown: /footnoteDefinition/,
  highlighting: /hljs-|HighlightJS|beginKeywords/,
  maths: /KaTeX parse error/,
  diagrams: /mermaidAPI|sequenceDiagram|flowchart-v2/,
};

const holders = (mark: RegExp): string[] => scripts.filter((name) => mark.test(read(`static/${name}`)));

test("what is needed before a conversation can be read is small: at most 130 KB gzipped", () => {
  const first = withImports(htmlScripts("index.html"));
  const bytes = [...first].reduce((sum, name) => sum + gzipSync(read(`static/${name}`)).length, 0);
  assert.ok(bytes > 50_000, `the scripts were found: ${[...first]}`);
  assert.ok(bytes <= 130 * 1024, `${bytes} bytes`);
});

test("Markdown, highlighting, maths and diagrams are none of it, and each is in files of its own", () => {
  const first = withImports(htmlScripts("index.html"));
  const all = Object.entries(marks).map(([what, mark]) => ({ what, files: holders(mark) }));
  for (const { what, files } of all) {
    assert.ok(files.length > 0, `${what} is somewhere`);
    assert.deepEqual(
      files.filter((name) => first.has(name)),
      [],
      what,
    );
  }
  const [markdown, highlighting, maths] = all.map(({ files }) => withImports(files));
  assert.ok(markdown && highlighting && maths);
  for (const mark of [marks.highlighting, marks.maths, marks.diagrams]) {
    assert.deepEqual(
      [...markdown].filter((name) => mark.test(read(`static/${name}`))),
      [],
      String(mark),
    );
  }
  assert.ok(![...highlighting].some((name) => marks.maths.test(read(`static/${name}`))));
  assert.ok(!holders(marks.maths).some((name) => marks.diagrams.test(read(`static/${name}`))));
});

test("each grammar is a file of its own", () => {
  for (const name of ["python", "rust", "sql"]) {
    assert.equal(scripts.filter((file) => new RegExp(`^${name}-[\\w-]{8}\\.js$`).test(file)).length, 1, name);
  }
});
