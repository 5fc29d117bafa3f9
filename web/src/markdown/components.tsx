import type { ComponentProps } from "react";
import type { Components, ExtraProps } from "streamdown";
import { CodeBlock } from "./code-block.tsx";
import { reachable } from "./reachable.ts";
import { safeUrl } from "./safe-url.ts";

/** A link that leaves this page without telling where it came from; what is no safe link is its text alone. */
function Link({ href, children }: ComponentProps<"a"> & ExtraProps) {
  const url = safeUrl(href);
  if (url === undefined) return <span>{children}</span>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" title={url}>
      {children}
    </a>
  );
}

/** An image is not fetched: its address alone would tell a stranger that, when and where this was read. */
function ImageLink({ src, alt }: ComponentProps<"img"> & ExtraProps) {
  const url = typeof src === "string" ? safeUrl(src) : undefined;
  const name = alt || "image";
  if (url === undefined) return <span className="image-link">{name}</span>;
  return (
    <a className="image-link" href={url} target="_blank" rel="noopener noreferrer" title={url}>
      Image: {name}
    </a>
  );
}

function Table({ children }: ComponentProps<"table"> & ExtraProps) {
  return (
    <section className="table-room" aria-label="Table" ref={reachable}>
      <table>{children}</table>
    </section>
  );
}

/** A box of a task list: it shows how things stand, and nobody can tick it here. */
const Box = ({ checked = false }: ComponentProps<"input"> & ExtraProps) => (
  <input type="checkbox" checked={checked} disabled aria-label={checked ? "Done" : "To do"} />
);

/** Plain elements for whatever Streamdown would dress in classes of its own. */
export const components: Components = {
  a: Link,
  img: ImageLink,
  input: Box,
  table: Table,
  pre: CodeBlock,
  code: "code",
  h1: "h3",
  h2: "h3",
  h3: "h4",
  h4: "h5",
  h5: "h6",
  h6: "h6",
  p: "p",
  ul: "ul",
  ol: "ol",
  li: "li",
  blockquote: "blockquote",
  hr: "hr",
  strong: "strong",
  thead: "thead",
  tbody: "tbody",
  tr: "tr",
  th: "th",
  td: "td",
  sub: "sub",
  sup: "sup",
  section: "section",
};
