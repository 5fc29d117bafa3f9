import type { Root, RootContent } from "hast";
import { kinds, type Line, type Piece } from "./highlighted.ts";

/** highlight.js knows some fifty scopes; the page has colours for what helps the eye. The rest keeps the kind around it. */
const kindOf: ReadonlyMap<string, number> = new Map(
  Object.entries({
    comment: "comment quote",
    key: "keyword selector-tag template-tag doctag",
    name: "title section name selector-id selector-class function_",
    type: "type built_in class_ selector-pseudo",
    string: "string regexp char template-string link code",
    number: "number literal symbol bullet variable-constant constant_",
    mark: "attr attribute meta property selector-attr",
    added: "addition",
    removed: "deletion",
  } satisfies Partial<Record<(typeof kinds)[number], string>>).flatMap(([kind, scopes]) =>
    scopes.split(" ").map((scope) => [scope, (kinds as readonly string[]).indexOf(kind)] as const),
  ),
);

/** A highlighted tree as lines of pieces: lines that stay the same need not be drawn again. */
export function toLines(tree: Root): Line[] {
  const lines: Piece[][] = [[]];
  const walk = (nodes: readonly RootContent[], kind: number): void => {
    for (const node of nodes) {
      if (node.type === "element") walk(node.children, kindOfElement(node.properties.className) ?? kind);
      if (node.type !== "text") continue;
      for (const [index, text] of node.value.split("\n").entries()) {
        if (index > 0) lines.push([]);
        if (text !== "") add(lines.at(-1) ?? [], kind, text);
      }
    }
  };
  walk(tree.children, 0);
  return lines;
}

function kindOfElement(classes: unknown): number | undefined {
  if (!Array.isArray(classes)) return undefined;
  return classes
    .map((name) => kindOf.get(String(name).replace(/^hljs-/, "")))
    .findLast((kind) => kind !== undefined);
}

function add(line: Piece[], kind: number, text: string): void {
  const last = line.at(-1);
  if (last?.[0] === kind) line[line.length - 1] = [kind, last[1] + text];
  else line.push([kind, text]);
}
