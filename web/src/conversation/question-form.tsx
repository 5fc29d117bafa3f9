import { type FormEvent, useRef, useState } from "react";
import { type FormFault, formFaults } from "../../../src/lib/form-answer.ts";
import { formFields } from "../../../src/lib/form-fields.ts";
import type { JsonObject } from "../../../src/protocols/json.ts";
import { useWords } from "../words/language.ts";
import { QuestionField } from "./question-field.tsx";
import { type Filled, filledBefore, valuesOf } from "./question-values.ts";

type Props = {
  readonly form: JsonObject;
  readonly busy: boolean;
  readonly onSend: (values: JsonObject) => void;
  readonly onDecline: () => void;
};

/** A form to be filled in. What does not fit is told at its field once it is to be sent, and until it fits. */
export function QuestionForm({ form, busy, onSend, onDecline }: Props) {
  const { conversation: words } = useWords();
  const [fields] = useState(() => formFields(form));
  const [filled, setFilled] = useState<Filled>(() => filledBefore(fields));
  const [tried, setTried] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  const faults = formFaults(fields, valuesOf(fields, filled));
  const faultAt = (name: string): FormFault | undefined =>
    tried ? faults.find(({ field }) => field === name) : undefined;

  const send = (event: FormEvent) => {
    event.preventDefault();
    const [first] = faults;
    if (first === undefined) return onSend(valuesOf(fields, filled));
    setTried(true);
    const at = fields.findIndex(({ name }) => name === first.field);
    element.current
      ?.querySelectorAll<HTMLElement>("[data-field]")
      [at]?.querySelector<HTMLElement>("input, select")
      ?.focus();
  };
  return (
    <form className="consent-form" noValidate onSubmit={send} ref={element}>
      {fields.map((field) => (
        <QuestionField
          key={field.name}
          field={field}
          value={filled[field.name]}
          fault={faultAt(field.name)}
          onChange={(value) => setFilled((now) => ({ ...now, [field.name]: value }))}
        />
      ))}
      <div className="consent-answers">
        <button type="submit" className="primary" disabled={busy}>
          {words.sendForm}
        </button>
        <button type="button" className="secondary" disabled={busy} onClick={onDecline}>
          {words.decline}
        </button>
      </div>
    </form>
  );
}
