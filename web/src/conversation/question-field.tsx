import { useId } from "react";
import type { FormFault } from "../../../src/lib/form-answer.ts";
import type { FormField, TextFormat } from "../../../src/lib/form-fields.ts";
import { useWords } from "../words/language.ts";
import type { Filled } from "./question-values.ts";

type Value = Filled[string];

type Props = {
  readonly field: FormField;
  readonly value: Value;
  readonly fault: FormFault | undefined;
  readonly onChange: (value: Value) => void;
};

/** One field, its label above, and below what it is for and what is wrong with it. */
export function QuestionField({ field, value, fault, onChange }: Props) {
  const { conversation: words } = useWords();
  const hintId = useId();
  const fieldId = useId();
  const { title, required, description } = field;
  const notes = (
    <span className="setting-notes" id={hintId}>
      {description !== undefined && (
        <span className="setting-hint" dir="auto">
          {description}
        </span>
      )}
      {fault !== undefined && (
        <span className="setting-hint" data-wrong="true">
          {words.faults[fault.fault](fault.limit)}
        </span>
      )}
    </span>
  );
  const labelText = required ? title : words.optional(title);
  const shared = { "aria-describedby": hintId, "aria-invalid": fault !== undefined };
  if (field.kind === "choices") {
    const chosen = Array.isArray(value) ? (value as readonly string[]) : [];
    return (
      <fieldset className="setting" data-field>
        <legend className="setting-name" dir="auto">
          {labelText}
        </legend>
        {field.options.map((option) => (
          <label key={option.value} className="consent-choice">
            <input
              type="checkbox"
              {...shared}
              checked={chosen.includes(option.value)}
              onChange={({ target }) =>
                onChange(
                  target.checked ? [...chosen, option.value] : chosen.filter((each) => each !== option.value),
                )
              }
            />
            <span dir="auto">{option.title}</span>
          </label>
        ))}
        {notes}
      </fieldset>
    );
  }
  if (field.kind === "boolean")
    return (
      <div className="setting" data-field>
        <label className="consent-choice">
          <input
            type="checkbox"
            role="switch"
            {...shared}
            checked={value === true}
            aria-checked={value === true}
            onChange={({ target }) => onChange(target.checked)}
          />
          <span dir="auto">{title}</span>
        </label>
        {notes}
      </div>
    );
  return (
    <div className="setting" data-field>
      <label htmlFor={fieldId} className="setting-name" dir="auto">
        {labelText}
      </label>
      {field.kind === "choice" ? (
        <select
          id={fieldId}
          {...shared}
          required={required}
          value={String(value)}
          onChange={({ target }) => onChange(target.value)}
        >
          {(field.default === undefined || !required) && <option value="">{words.noChoice}</option>}
          {field.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.title}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={fieldId}
          {...shared}
          {...(field.kind === "number"
            ? { type: "text", inputMode: field.whole ? ("numeric" as const) : ("decimal" as const) }
            : { type: field.format === undefined ? "text" : inputTypes[field.format] })}
          autoComplete="off"
          dir="auto"
          required={required}
          value={String(value)}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
      {notes}
    </div>
  );
}

const inputTypes: Readonly<Record<TextFormat, string>> = {
  email: "email",
  uri: "url",
  date: "date",
  "date-time": "datetime-local",
};
