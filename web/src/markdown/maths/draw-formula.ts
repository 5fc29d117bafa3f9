import { type KatexOptions, __renderToDomTree as renderToDomTree } from "katex";
import "katex/dist/katex.min.css";

declare module "katex" {
  /** What `render` puts into the page, before it does. KaTeX's own plugins use it; its types leave it out. */
  function __renderToDomTree(tex: string, options: KatexOptions): Tree;
}

/** No links, no classes, no images, no sizes to cover the page with, no macros that grow without end. */
const settings: KatexOptions = { trust: false, strict: "ignore", maxSize: 20, maxExpand: 500 };
const maxLength = 10_000;

/** A formula as KaTeX draws it, for the eye and (as MathML) for the ear. `undefined`: TeX that makes no sense. */
export function drawFormula(tex: string, display: boolean): Node | undefined {
  if (tex.length > maxLength) return undefined;
  try {
    const tree = renderToDomTree(tex, { ...settings, displayMode: display });
    putStylesAside(tree);
    const node = tree.toNode();
    setStyles(node);
    return node;
  } catch {
    return undefined; // a parse error, or nesting so deep that the stack ends
  }
}

type Tree = {
  readonly children?: readonly Tree[];
  readonly attributes?: Record<string, string>;
  toNode(): Element;
};

const aside = "data-style";

/** The page's policy forbids style attributes, yet allows the same through the style object. */
function putStylesAside({ attributes, children = [] }: Tree): void {
  if (attributes?.style !== undefined) {
    attributes[aside] = attributes.style;
    delete attributes.style;
  }
  for (const child of children) putStylesAside(child);
}

function setStyles(root: Element): void {
  for (const element of root.querySelectorAll<HTMLElement>(`[${aside}]`)) {
    element.style.cssText = element.getAttribute(aside) ?? "";
    element.removeAttribute(aside);
  }
}
