import type { CompileContext, Extension, Token } from "mdast-util-from-markdown";
import type { Extension as SyntaxExtension } from "micromark-util-types";
import { mathsSyntax } from "./maths-syntax.ts";

/** Reads maths into elements `<tex>`, which hold the source: `display` stands in a line of its own, `open` has no end yet. */
export function remarkMaths(this: { data(): object }): void {
  const data: Data = this.data();
  data.micromarkExtensions = [...(data.micromarkExtensions ?? []), mathsSyntax];
  data.fromMarkdownExtensions = [...(data.fromMarkdownExtensions ?? []), fromMarkdown];
}

/** What remark-parse looks for. */
type Data = { micromarkExtensions?: SyntaxExtension[]; fromMarkdownExtensions?: Extension[] };

const fromMarkdown: Extension = {
  enter: { mathsBlock: enter, mathsText: enter },
  exit: { mathsBlock: exit, mathsText: exit, mathsValue: exitValue },
};

function enter(this: CompileContext, token: Token): void {
  this.enter({ type: "html", value: "" }, token);
  this.buffer();
}

function exitValue(this: CompileContext, token: Token): void {
  this.config.enter.data?.call(this, token);
  this.config.exit.data?.call(this, token);
}

function exit(this: CompileContext, token: Token): void {
  const value = this.resume().trim();
  const source = this.sliceSerialize(token).trim();
  const display = token.type === "mathsBlock" || source.startsWith("\\[");
  const open = source.length < 4 || !/(?:\$\$|\\[\])])$/.test(source);
  const node = this.stack.at(-1);
  this.exit(token);
  if (node === undefined) return;
  const children = [{ type: "text", value }];
  Object.assign(node, {
    type: "maths",
    value,
    data: { hName: "tex", hProperties: { display, open }, hChildren: children },
  });
}
