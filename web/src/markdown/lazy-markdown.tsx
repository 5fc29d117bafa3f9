import { lazy, Suspense } from "react";
import type { MarkdownProps } from "./markdown-props.ts";

const Markdown = lazy(() =>
  import("./markdown.tsx").then(({ Markdown: component }) => ({ default: component })),
);

/** Markdown, whose renderer is loaded when it is first needed; until then the text stands as it is. */
export function LazyMarkdown(props: MarkdownProps) {
  return (
    <Suspense fallback={<div className="markdown plain">{props.text}</div>}>
      <Markdown {...props} />
    </Suspense>
  );
}
