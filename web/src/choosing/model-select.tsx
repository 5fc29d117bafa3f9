import type { ModelEntry } from "../api/wire.ts";
import { ModelOptions } from "./model-options.tsx";

type Props = {
  readonly name: string;
  readonly models: readonly ModelEntry[];
  readonly value: string;
  readonly onChange: (model: string) => void;
};

/** One model out of all, under their providers. One that is chosen and not offered now stands there, too. */
export function ModelSelect({ name, models, value, onChange }: Props) {
  return (
    <label className="setting">
      <span className="setting-name">{name}</span>
      <select value={value} onChange={({ target }) => onChange(target.value)}>
        <ModelOptions models={models} chosen={value} />
      </select>
    </label>
  );
}
