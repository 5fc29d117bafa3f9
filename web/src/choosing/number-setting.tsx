import { useId, useState } from "react";
import { useWords } from "../words/language.ts";

type Props = {
  readonly name: string;
  readonly hint: string;
  readonly min: number;
  readonly max?: number;
  readonly step: number;
  /** Absent: the model's own default. */
  readonly value: number | undefined;
  readonly onChange: (value: number | undefined) => void;
};

/** A number that may be left empty. It is kept when the field is left, and with Enter. */
export function NumberSetting({ name, hint, min, max, step, value, onChange }: Props) {
  const { choosing: words } = useWords();
  const hintId = useId();
  /** What is being written; another window may change the value meanwhile. */
  const [text, setText] = useState<string>();
  const shown = text ?? value?.toString() ?? "";
  const whole = Number.isInteger(step);
  const parsed = shown === "" ? undefined : Number(shown);
  const wrong =
    parsed !== undefined &&
    (!Number.isFinite(parsed) ||
      parsed < min ||
      parsed > (max ?? Number.POSITIVE_INFINITY) ||
      (whole && !Number.isInteger(parsed)));

  const keep = () => {
    if (text === undefined || wrong) return;
    setText(undefined);
    if (parsed !== value) onChange(parsed);
  };
  return (
    <label className="setting">
      <span className="setting-name">{name}</span>
      <input
        type="number"
        inputMode={whole ? "numeric" : "decimal"}
        {...{ min, max, step }}
        placeholder={words.byDefault}
        aria-describedby={hintId}
        aria-invalid={wrong}
        value={shown}
        onChange={(event) => setText(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === "Enter") keep();
        }}
      />
      <span className="setting-hint" id={hintId} data-wrong={wrong}>
        {hint}
      </span>
    </label>
  );
}
