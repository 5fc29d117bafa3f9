import { useState } from "react";
import { isComposing } from "../lib/is-composing.ts";
import { useWords } from "../words/language.ts";

type Props = {
  readonly title: string;
  /** With another title, or with none where it stays as it is. */
  readonly onDone: (title?: string) => void;
};

/** A title that is written anew in place: Enter and leaving keep it, Esc does not. */
export function RenameField({ title, onDone }: Props) {
  const words = useWords().threads;
  const [text, setText] = useState(title);
  const keep = () => {
    const next = text.trim();
    if (next !== "" && next !== title) onDone(next);
    else onDone();
  };
  return (
    <input
      className="rename"
      aria-label={words.newTitle}
      dir="auto"
      value={text}
      maxLength={500}
      ref={begin}
      onChange={(event) => setText(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (isComposing(event.nativeEvent)) return;
        if (event.key === "Enter") keep();
        if (event.key !== "Escape") return;
        event.stopPropagation(); // a drawer stays open
        onDone();
      }}
    />
  );
}

function begin(input: HTMLInputElement | null): void {
  input?.focus();
  input?.select();
}
