import { memo, useMemo } from "react";
import { defaultRemarkPlugins, Streamdown, type StreamdownProps } from "streamdown";
import { useWords } from "../words/language.ts";
import { components } from "./components.tsx";
import { FailToPlain } from "./fail-to-plain.tsx";
import { harmlessUrl } from "./harmless-url.ts";
import type { MarkdownProps } from "./markdown-props.ts";
import { remarkMaths } from "./maths/remark-maths.ts";
import { PlainText } from "./plain-text.tsx";
import { splitBlocks } from "./split-blocks.ts";
import { splitStretches } from "./split-stretches.ts";
import { isTangled } from "./tangled.ts";

// What a model writes is hostile. No plugin turns its HTML into elements: Streamdown then shows it as the text it is.
const rehypePlugins: NonNullable<StreamdownProps["rehypePlugins"]> = [];
const remarkPlugins = [...Object.values(defaultRemarkPlugins), remarkMaths];
// A formula is drawn once it is whole: half of one would be an error now and a formula with the next token.
const completed: NonNullable<StreamdownProps["remend"]> = { katex: false, inlineKatex: false };

/** Markdown as it comes: unfinished signs are completed, finished blocks are not drawn again. */
export function Markdown({ text, live }: MarkdownProps) {
  const stretches = splitStretches(text);
  const last = stretches.length - 1;
  return (
    <>
      {stretches.map((stretch, index) => (
        <Stretch
          // biome-ignore lint/suspicious/noArrayIndexKey: stretches come one after the other and never change places
          key={index}
          text={stretch}
          live={live && index === last}
          place={`${index > 0 ? " continuing" : ""}${index < last ? " continued" : ""}`}
        />
      ))}
    </>
  );
}

const Stretch = memo(function Stretch({ text, live, place }: MarkdownProps & { readonly place: string }) {
  const { footnotes, backToText } = useWords().markdown;
  const asHtml = useMemo(
    () => ({ footnoteLabel: footnotes, footnoteBackLabel: backToText }),
    [footnotes, backToText],
  );
  const tangled = useMemo(() => isTangled(text), [text]);
  if (tangled) return <PlainText text={text} />;
  return (
    <FailToPlain text={text}>
      <Streamdown
        className={`markdown${live ? " live" : ""}${place}`}
        components={components}
        rehypePlugins={rehypePlugins}
        remarkPlugins={remarkPlugins}
        remarkRehypeOptions={asHtml}
        parseMarkdownIntoBlocksFn={splitBlocks}
        remend={completed}
        urlTransform={harmlessUrl}
        parseIncompleteMarkdown={live}
        isAnimating={live}
        dir="auto"
      >
        {text}
      </Streamdown>
    </FailToPlain>
  );
});
