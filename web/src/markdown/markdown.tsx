import { Streamdown, type StreamdownProps } from "streamdown";
import { components } from "./components.tsx";
import type { MarkdownProps } from "./markdown-props.ts";
import { safeUrl } from "./safe-url.ts";

// What a model writes is hostile. No plugin turns its HTML into elements: Streamdown then shows it as the text it is.
const noPlugins: NonNullable<StreamdownProps["rehypePlugins"]> = [];

/** Markdown as it comes: unfinished signs are completed, finished blocks are not drawn again. */
export function Markdown({ text, live }: MarkdownProps) {
  return (
    <Streamdown
      className={live ? "markdown live" : "markdown"}
      components={components}
      rehypePlugins={noPlugins}
      urlTransform={safeUrl}
      parseIncompleteMarkdown={live}
      isAnimating={live}
      dir="auto"
    >
      {text}
    </Streamdown>
  );
}
