import { TextWrap } from "lucide-react";
import { useSyncExternalStore } from "react";
import { CopyButton } from "../../conversation/copy-button.tsx";
import { useWords } from "../../words/language.ts";
import { IconButton } from "../../workspace/icon-button.tsx";
import { reachable } from "../reachable.ts";
import { CodeFrame } from "./code-frame.tsx";
import { CodeLines } from "./code-lines.tsx";
import { codeWrap } from "./code-wrap.ts";
import { FoldButton } from "./fold-button.tsx";
import { knownLanguage } from "./language-names.ts";
import { useFold } from "./use-fold.ts";
import { useHighlighted } from "./use-highlighted.ts";
import { type LineNumbers, useLineNumbers } from "./use-line-numbers.ts";

type Props = {
  readonly text: string;
  readonly language: string | undefined;
  /** The end of it is not here yet. */
  readonly coming: boolean;
};

/** Code with the name of its language and a way to take it along. What is long shows its beginning. */
export function Code({ text, language, coming }: Props) {
  const { name, grammar } = knownLanguage(language);
  const { lines, foldable, folded, setFolded } = useFold(text, coming);
  const numbers = useLineNumbers(lines, coming);
  return (
    <CodeFrame
      label={name}
      actions={
        <>
          <WrapButton />
          <CopyButton text={text} />
        </>
      }
    >
      <CodeText
        text={text}
        grammar={grammar}
        numbers={numbers}
        folded={folded}
        onReach={() => setFolded(false)}
      />
      {foldable && <FoldButton lines={lines} folded={folded} onFold={setFolded} />}
    </CodeFrame>
  );
}

type TextProps = {
  readonly text: string;
  readonly grammar?: string | undefined;
  /** Of its lines, or the room for them. */
  readonly numbers?: LineNumbers | undefined;
  readonly folded?: boolean;
  /** Something below the fold was gone to: found in the page, or selected. */
  readonly onReach?: () => void;
};

export function CodeText({ text, grammar, numbers, folded = false, onReach }: TextProps) {
  const lines = useHighlighted(text, grammar);
  const wrap = useSyncExternalStore(codeWrap.subscribe, codeWrap.get);
  return (
    <pre
      ref={reachable}
      className={wrap === "wrap" ? "wrapped" : undefined}
      data-folded={folded}
      data-numbers={numbers}
      onScroll={({ currentTarget }) => {
        if (folded && currentTarget.scrollTop > 0) onReach?.();
      }}
    >
      <CodeLines code={text} lines={lines} />
    </pre>
  );
}

function WrapButton() {
  const wrap = useSyncExternalStore(codeWrap.subscribe, codeWrap.get);
  const { wrapLines, keepLines } = useWords().markdown;
  return (
    <IconButton
      name={wrap === "wrap" ? keepLines : wrapLines}
      icon={TextWrap}
      onClick={() => codeWrap.set(wrap === "wrap" ? "scroll" : "wrap")}
    />
  );
}
