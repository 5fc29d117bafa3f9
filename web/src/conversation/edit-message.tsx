import { useEffect, useRef, useState } from "react";
import { drafts } from "../composer/drafts.ts";
import { isComposing } from "../lib/is-composing.ts";
import { useAutoGrow } from "../lib/use-auto-grow.ts";
import { useWords } from "../words/language.ts";

type Props = {
  readonly content: string;
  /** Where it is kept while it is being written. */
  readonly place: string;
  readonly onKeep: (content: string, onSettled: () => void) => void;
  readonly onCancel: () => void;
};

/** Asks again in other words: the old ones stay, on a branch of their own. */
export function EditMessage({ content, place, onKeep, onCancel }: Props) {
  const { common, conversation: words } = useWords();
  const [text, setText] = useState(drafts.read(place).text || content);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useAutoGrow(field, text);
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(content.length, content.length);
  }, [content]);
  return (
    <form
      className="edit"
      onSubmit={(event) => {
        event.preventDefault();
        if (busy || text.trim() === "") return;
        setBusy(true);
        onKeep(text.trim(), () => setBusy(false));
      }}
    >
      <textarea
        dir="auto"
        aria-label={words.yourMessage}
        value={text}
        ref={field}
        onChange={({ target: { value } }) => {
          setText(value);
          drafts.write(place, { text: value === content ? "" : value });
        }}
        onKeyDown={(event) => {
          if (isComposing(event.nativeEvent)) return;
          if (event.key === "Escape") onCancel();
          if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }
        }}
      />
      <div className="edit-actions">
        <button type="button" className="text-button" onClick={onCancel}>
          {common.cancel}
        </button>
        <button type="submit" className="primary" disabled={busy || text.trim() === ""}>
          {words.send}
        </button>
      </div>
    </form>
  );
}
