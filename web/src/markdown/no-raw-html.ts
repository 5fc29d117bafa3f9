/** Stands in for `rehype-raw`, which would turn a model's HTML into elements: here nothing may. */
export default function noRawHtml(): never {
  throw new Error("HTML in Markdown is shown as text; no plugin may parse it.");
}
