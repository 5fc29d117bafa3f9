import type { ModelEntry } from "../api/wire.ts";
import { ModelOptions } from "../choosing/model-options.tsx";
import { Field } from "../rooms/field.tsx";
import { useJobWords } from "./use-job-words.ts";

type Props = {
  readonly models: readonly ModelEntry[];
  /** `""`: the conversation's own, or the server's. */
  readonly value: string;
  readonly onChange: (model: string) => void;
};

/** Which model answers a job. One that is chosen and not offered now stands there, too. */
export function ModelField({ models, value, onChange }: Props) {
  const words = useJobWords();
  return (
    <Field label={words.model}>
      {(field) => (
        <select {...field} value={value} onChange={({ target }) => onChange(target.value)}>
          <option value="">{words.serverModel}</option>
          <ModelOptions models={models} chosen={value || undefined} />
        </select>
      )}
    </Field>
  );
}
