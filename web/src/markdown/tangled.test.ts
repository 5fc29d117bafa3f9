import assert from "node:assert/strict";
import { test } from "node:test";
import { isTangled } from "./tangled.ts";

const deep = 10_000;

test("nesting that would hang the parser is found, at once", () => {
  const hostile = {
    quotes: `${">".repeat(deep)} x`,
    "quotes with blanks": `${"> ".repeat(deep)}x`,
    bullets: `${"- ".repeat(deep)}x`,
    numbers: `${"1. ".repeat(deep)}x`,
    mixed: `text\n\n${"> - ".repeat(deep)}x`,
    indented: Array.from({ length: 1000 }, (_, level) => `${"  ".repeat(level)}- x`).join("\n"),
    "indented with tabs": Array.from({ length: 1000 }, (_, level) => `${"\t".repeat(level)}- x`).join("\n"),
    brackets: "[".repeat(deep),
    images: `${"![".repeat(deep)}x${"](a)".repeat(deep)}`,
    emphasis: `${"*a **b ".repeat(deep)}${"c** d*".repeat(deep)}`,
  };
  const begun = process.threadCpuUsage();
  for (const [name, text] of Object.entries(hostile)) assert.ok(isTangled(text), name);
  const { user } = process.threadCpuUsage(begun); // in µs; what else the machine does is not in it
  assert.ok(user < 1_000_000);
});

test("what people and models write is not", () => {
  const honest = {
    prose: "A **bold** word, a [link](https://a.example) and a list:\n\n- one\n  - two\n    - three\n".repeat(
      1000,
    ),
    list: "- **bold** and *italic* and `code`\n".repeat(2000),
    table: `| a | b |\n| --- | --- |\n${"| **x** | _y_ |\n".repeat(2000)}`,
    code: `\`\`\`\n${"    ".repeat(60)}const far = [[1], [2]];\n\`\`\``,
    line: "word ".repeat(100_000),
    quotes: `${"> ".repeat(10)}deep enough`,
  };
  for (const [name, text] of Object.entries(honest)) assert.ok(!isTangled(text), name);
});
