import assert from "node:assert/strict";
import { test } from "node:test";
import typescript from "highlight.js/lib/languages/typescript";
import { createLowlight } from "lowlight";
import { kinds } from "./highlighted.ts";
import { toLines } from "./to-lines.ts";

const highlight = (code: string) =>
  toLines(createLowlight({ typescript }).highlight("typescript", code)).map((line) =>
    line.map(([kind, text]) => (kind === 0 ? text : `${kinds[kind]}:${text}`)),
  );

test("pieces say what they are, and a comment over two lines is one on each", () => {
  assert.deepEqual(highlight('const a = "b"; /* c\nd */\n\nf(1)'), [
    ["key:const", " a = ", 'string:"b"', "; ", "comment:/* c"],
    ["comment:d */"],
    [],
    ["name:f", "(", "number:1", ")"],
  ]);
});

test("not a character is lost or added", () => {
  const code = "class A<T> {\n\t#b = `c ${" + "d}\n`;\n}\n";
  assert.equal(
    toLines(createLowlight({ typescript }).highlight("typescript", code))
      .map((line) => line.map(([, text]) => text).join(""))
      .join("\n"),
    code,
  );
});
