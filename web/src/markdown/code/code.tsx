import { TextWrap } from "lucide-react";
import { useSyncExternalStore } from "react";
import { CopyButton } from "../../conversation/copy-button.tsx";
import { useWords } from "../../words/language.ts";
import { IconButton } from "../../workspace/icon-button.tsx";
import { reachable } from "../reachable.ts";
import { CodeFrame } from "./code-frame.tsx";
import { CodeLines } from "./code-lines.tsx";
import { codeWrap } from "./code-wrap.ts";
import { knownLanguage } from "./language-names.ts";
import { useHighlighted } from "./use-highlighted.ts";

type Props = { readonly text: string; readonly language: string | undefined };

/** Code with the name of its language and a way to take it along. */
export function Code({ text, language }: Props) {
  const { name, grammar } = knownLanguage(language);
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
      <CodeText text={text} grammar={grammar} />
    </CodeFrame>
  );
}

export function CodeText({
  text,
  grammar,
}: {
  readonly text: string;
  readonly grammar?: string | undefined;
}) {
  const lines = useHighlighted(text, grammar);
  const wrap = useSyncExternalStore(codeWrap.subscribe, codeWrap.get);
  return (
    <pre ref={reachable} className={wrap === "wrap" ? "wrapped" : undefined}>
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
