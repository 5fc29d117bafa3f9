import assert from "node:assert/strict";
import { test } from "node:test";
import { type Extension, fromMarkdown } from "mdast-util-from-markdown";
import type { Extension as Syntax } from "micromark-util-types";
import { remarkMaths } from "./remark-maths.ts";

const plugged: { micromarkExtensions?: Syntax[]; fromMarkdownExtensions?: Extension[] } = {};
remarkMaths.call({ data: () => plugged });
const extensions = plugged.micromarkExtensions ?? [];
const mdastExtensions = plugged.fromMarkdownExtensions ?? [];

/** Markdown as tags; a formula as `<tex …>`. */
const read = (markdown: string): string =>
  write(fromMarkdown(markdown, { extensions, mdastExtensions }) as Node);

type Node = {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Node[];
  readonly data?: { readonly hName?: string; readonly hProperties?: Readonly<Record<string, unknown>> };
};

const tags: Readonly<Record<string, string>> = { paragraph: "p", listItem: "li", blockquote: "quote" };

function write({ type, value, children = [], data }: Node): string {
  if (type === "text") return value?.replaceAll("\n", "⏎") ?? "";
  const inside = value?.replaceAll("\n", "⏎") ?? children.map(write).join("");
  if (type === "root") return inside;
  const { display = false, open = false } = data?.hProperties ?? {};
  const name = data?.hName ?? tags[type] ?? type;
  return `<${name}${display ? " display" : ""}${open ? " open" : ""}>${inside}</${name}>`;
}

test("a single dollar is a price", () => {
  assert.equal(read("from $5 to $6, or US$7 and 8$"), "<p>from $5 to $6, or US$7 and 8$</p>");
});

test("maths stands between two dollars, round brackets or square ones", () => {
  assert.equal(read("a $$b$$ c"), "<p>a <tex>b</tex> c</p>");
  assert.equal(read("a \\(b\\) c"), "<p>a <tex>b</tex> c</p>");
  assert.equal(read("a \\[b\\] c"), "<p>a <tex display>b</tex> c</p>");
  assert.equal(read("$$a$$ begins"), "<p><tex>a</tex> begins</p>");
  assert.equal(read("over \\(two\nlines\\)"), "<p>over <tex>two⏎lines</tex></p>");
});

test("in lines of its own it is a block, and what looks like a list in it is none", () => {
  assert.equal(read("$$a$$"), "<tex display>a</tex>");
  assert.equal(read("text\n$$\na\n- b\n= c\n$$\nmore"), "<p>text</p><tex display>a⏎- b⏎= c</tex><p>more</p>");
  assert.equal(read("> \\[\n> a\n> \\]\n\nb"), "<quote><tex display>a</tex></quote><p>b</p>");
  assert.equal(read("- \\[ a \\\\[2pt] b \\]"), "<list><li><tex display>a \\\\[2pt] b</tex></li></list>");
});

test("a block whose end is still to come is open; other signs without an end are what they are in Markdown", () => {
  assert.equal(read("$$\na +"), "<tex display open>a +</tex>");
  assert.equal(read("$$ a"), "<p>$$ a</p>");
  assert.equal(read("\\(a"), "<p>(a</p>");
  assert.equal(read("\\[a"), "<p>[a</p>");
});

test("code and escaped backslashes are no maths", () => {
  assert.equal(read("`\\(a\\)` \\\\(b\\\\)"), "<p><inlineCode>\\(a\\)</inlineCode> \\(b\\)</p>");
  assert.equal(read("```\n\\[\na\n\\]\n```"), "<code>\\[⏎a⏎\\]</code>");
});

test("signs without end are read at once", () => {
  for (const signs of ["\\(", "\\[", "$$ a ", "\\( $$ ", "\\[\n\n", "$$\n\n"]) {
    const begun = process.threadCpuUsage();
    read(signs.repeat(2000));
    const { user } = process.threadCpuUsage(begun); // in µs; what else the machine does is not in it
    assert.ok(user < 2_000_000, JSON.stringify(signs));
  }
});
