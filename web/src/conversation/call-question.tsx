import { useId } from "react";
import type { QuestionView } from "../../../src/turns/fold-turn.ts";
import { isolate } from "../words/isolate.ts";
import { useWords } from "../words/language.ts";
import { Notice } from "../workspace/notice.tsx";
import { QuestionForm } from "./question-form.tsx";

export type CallQuestionProps = {
  readonly question: QuestionView;
  /** An answer is on its way, or was given. */
  readonly busy: boolean;
  readonly error: Error | null;
  /** `args` is what the form was filled with, as JSON text. */
  readonly onAnswer: (approve: boolean, args?: string) => void;
};

/** What a running tool asks: a form, an address to be opened, or a yes. Who asks stands above what they say. */
export function CallQuestion({ question, busy, error, onAnswer }: CallQuestionProps) {
  const { conversation: words } = useWords();
  const id = useId();
  const { name, why = "", from, form, url } = question;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is sent with a form
    <div className="inset consent" role="group" aria-labelledby={id}>
      <p id={id} className="consent-asker" role="alert">
        {from === undefined
          ? words.toolWants(isolate(name))
          : words.serverWants(isolate(from), isolate(name))}
      </p>
      <p className="consent-question" dir="auto">
        {why}
      </p>
      {url !== undefined && (
        <a href={url} target="_blank" rel="noopener noreferrer" className="consent-address">
          {url}
        </a>
      )}
      <p className="setting-hint">{url === undefined ? words.noSecrets : words.foreignPage}</p>
      {form === undefined ? (
        <div className="consent-answers">
          <button type="button" className="primary" disabled={busy} onClick={() => onAnswer(true)}>
            {url === undefined ? words.yes : words.wentThere}
          </button>
          <button type="button" className="secondary" disabled={busy} onClick={() => onAnswer(false)}>
            {words.decline}
          </button>
        </div>
      ) : (
        <QuestionForm
          form={form}
          busy={busy}
          onSend={(values) => onAnswer(true, JSON.stringify(values))}
          onDecline={() => onAnswer(false)}
        />
      )}
      {error !== null && <Notice error={error} />}
    </div>
  );
}
