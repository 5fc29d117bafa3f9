import { useWords } from "../words/language.ts";

type Props = { readonly title: string; readonly onDone: (erase: boolean) => void };

/** Asks, in the row itself, what cannot be undone. The focus is where nothing happens. */
export function AskErase({ title, onDone }: Props) {
  const words = useWords();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields; these are the two answers to a question.
    <div
      className="ask-erase"
      role="group"
      aria-label={words.threads.askEraseOf(title)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation(); // a drawer stays open
        onDone(false);
      }}
    >
      <span aria-hidden="true">{words.threads.askErase}</span>
      <span className="ask-answers">
        <button type="button" className="text-button" ref={begin} onClick={() => onDone(false)}>
          {words.common.cancel}
        </button>
        <button type="button" className="text-button bad" onClick={() => onDone(true)}>
          {words.threads.erase}
        </button>
      </span>
    </div>
  );
}

const begin = (button: HTMLButtonElement | null) => button?.focus();
