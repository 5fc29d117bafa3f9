import { useId, useState } from "react";
import { useWords } from "../words/language.ts";

export type EditArgumentsProps = {
  /** As the model wrote them. */
  readonly text: string;
  readonly busy: boolean;
  readonly onSend: (args: string) => void;
  readonly onCancel: () => void;
};

/** A call's arguments as JSON to be changed before it runs. What is no JSON is told in place. */
export function EditArguments({ text, busy, onSend, onCancel }: EditArgumentsProps) {
  const { conversation: words } = useWords();
  const id = useId();
  const [draft, setDraft] = useState(text);
  const wrong = !isJsonObject(draft);
  return (
    <form
      className="consent-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!wrong) onSend(draft);
      }}
    >
      <label className="setting">
        <span className="setting-name">{words.toolArguments}</span>
        <textarea
          className="consent-editor"
          // biome-ignore lint/a11y/noAutofocus: whoever pressed Edit goes on here
          autoFocus
          spellCheck={false}
          rows={Math.min(16, draft.split("\n").length + 1)}
          value={draft}
          aria-invalid={wrong}
          aria-describedby={id}
          onChange={({ target }) => setDraft(target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            onCancel();
          }}
        />
        <span className="setting-hint" id={id} data-wrong={wrong} role="status">
          {wrong ? words.noJson : ""}
        </span>
      </label>
      <div className="consent-answers">
        <button type="submit" className="primary" disabled={busy || wrong}>
          {words.allowChanged}
        </button>
        <button type="button" className="secondary" disabled={busy} onClick={onCancel}>
          {words.keepArguments}
        </button>
      </div>
    </form>
  );
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
