/** Elements that stand on lines of their own. */
const blocks = "p, h1, h2, h3, h4, h5, h6, pre, blockquote, ul, ol, li, table, tr, figure, div, section, hr";
/** What belongs to the page and not to what was said. */
const pageOwn = "button, figcaption, [aria-hidden='true'], style, script, svg, input";

/** What is read in these elements, without any sign of how it is dressed; for pasting where Markdown is not known. */
export const plainText = (elements: Iterable<Element>): string =>
  Array.from(elements, textOf)
    .join("\n\n")
    .replace(/[ \t]+\n/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();

function textOf(node: Node): string {
  if (node instanceof Text) {
    const kept = node.parentElement?.closest("pre, .plain");
    return kept ? node.data : node.data.replace(/\s+/g, " ");
  }
  if (!(node instanceof Element) || node.matches(pageOwn)) return "";
  if (node.localName === "br") return "\n";
  if (node.localName === "annotation") return node.textContent ?? "";
  const formula = node.matches(".katex, math") ? node.querySelector("annotation") : null;
  if (formula !== null) return formula.textContent ?? "";
  const inner = Array.from(node.childNodes, textOf).join("");
  if (node.localName === "li") return `\n${bulletOf(node)}${inner.trim().replaceAll("\n", "\n  ")}`;
  if (node.matches("td, th")) return node.nextElementSibling === null ? inner : `${inner}\t`;
  if (node.localName === "tr") return `\n${inner}`;
  if (node.localName === "pre") return `\n\n${inner.replace(/\n$/, "")}\n\n`;
  return node.matches(blocks) ? `\n\n${inner.replace(/^ | $/g, "")}\n\n` : inner;
}

function bulletOf(item: Element): string {
  const list = item.parentElement;
  if (!(list instanceof HTMLOListElement)) return "- ";
  return `${list.start + Array.from(list.children).indexOf(item)}. `;
}
