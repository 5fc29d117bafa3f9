/** What both the Markdown renderer and the place that waits for it are given. */
export type MarkdownProps = {
  readonly text: string;
  /** More of it is coming. */
  readonly live: boolean;
};
