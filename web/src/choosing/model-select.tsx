import type { ModelEntry } from "../api/wire.ts";

type Props = {
  readonly name: string;
  readonly models: readonly ModelEntry[];
  readonly value: string;
  readonly onChange: (model: string) => void;
};

/** One model out of all, under their providers. One that is chosen and not offered now stands there, too. */
export function ModelSelect({ name, models, value, onChange }: Props) {
  const known = models.some(({ id }) => id === value);
  return (
    <label className="setting">
      <span className="setting-name">{name}</span>
      <select value={value} onChange={({ target }) => onChange(target.value)}>
        {!known && <option>{value}</option>}
        {[...Map.groupBy(models, ({ provider }) => provider)].map(([provider, group]) => (
          <optgroup key={provider} label={provider}>
            {group.map(({ id }) => (
              <option key={id}>{id}</option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}
