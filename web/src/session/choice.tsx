import { useId } from "react";
import type { ExternalStore } from "../lib/external-store.ts";
import { useStored } from "../lib/use-stored.ts";

type Props<Value extends string> = {
  readonly legend: string;
  readonly store: ExternalStore<Value>;
  /** Each with its name, and with the language that name is in when it is not the page's. */
  readonly options: readonly (readonly [value: Value, name: string, lang?: string])[];
};

/** One of a few, side by side; it holds at once. */
export function Choice<Value extends string>({ legend, store, options }: Props<Value>) {
  const chosen = useStored(store);
  const group = useId();
  return (
    <fieldset className="choice">
      <legend>{legend}</legend>
      <div className="choice-options">
        {options.map(([value, name, lang]) => (
          <label key={value} lang={lang}>
            <input type="radio" name={group} checked={chosen === value} onChange={() => store.set(value)} />
            {name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
