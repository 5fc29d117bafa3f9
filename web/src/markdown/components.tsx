import type { ComponentProps } from "react";
import type { Components, ExtraProps } from "streamdown";
import { useWords } from "../words/language.ts";
import { CodeBlock } from "./code/code-block.tsx";
import { Picture } from "./images/picture.tsx";
import { Link } from "./link.tsx";
import { Formula } from "./maths/formula.tsx";
import { reachable } from "./reachable.ts";

function Table({ children }: ComponentProps<"table"> & ExtraProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is sent with a form, and a section would be a landmark
    <div className="table-room" role="group" aria-label={useWords().markdown.table} ref={reachable}>
      <table>{children}</table>
    </div>
  );
}

/** A box of a task list: it shows how things stand, and nobody can tick it here. */
function Box({ checked = false }: ComponentProps<"input"> & ExtraProps) {
  const { done, toDo } = useWords().markdown;
  return <input type="checkbox" checked={checked} disabled aria-label={checked ? done : toDo} />;
}

/** Plain elements for whatever Streamdown would dress in classes of its own. */
export const components: Components = {
  a: Link,
  img: Picture,
  input: Box,
  table: Table,
  pre: CodeBlock,
  tex: Formula,
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
