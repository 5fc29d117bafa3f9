import { lazy, Suspense } from "react";
import type { MarkdownProps } from "./markdown-props.ts";
import { PlainText } from "./plain-text.tsx";

/** A network that was away for a moment must not take the page along. Browsers remember the failure until a reload. */
const Markdown = lazy(() =>
  import("./markdown.tsx").then(
    ({ Markdown: component }) => ({ default: component }),
    () => ({ default: PlainText }),
  ),
);

/** Markdown, whose renderer is loaded when it is first needed; until then the text stands as it is. */
export function LazyMarkdown(props: MarkdownProps) {
  return (
    <Suspense fallback={<PlainText text={props.text} />}>
      <Markdown {...props} />
    </Suspense>
  );
}
