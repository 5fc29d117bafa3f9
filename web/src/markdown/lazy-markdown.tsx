import { lazy, Suspense } from "react";

const Markdown = lazy(() =>
  import("./markdown.tsx").then(({ Markdown: component }) => ({ default: component })),
);

export type MarkdownProps = {
  readonly text: string;
  /** More of it is coming. */
  readonly live: boolean;
};

/** Markdown, whose renderer is loaded when it is first needed; until then the text stands as it is. */
export function LazyMarkdown(props: MarkdownProps) {
  return (
    <Suspense fallback={<div className="markdown plain">{props.text}</div>}>
      <Markdown {...props} />
    </Suspense>
  );
}
