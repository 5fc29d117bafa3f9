import type { ModelEntry } from "../api/wire.ts";

/**
 * The models to choose from, under their providers. One that is chosen and not offered now stands there, too.
 * @param props.chosen absent where an option of its own stands for none.
 */
export function ModelOptions({
  models,
  chosen,
}: {
  models: readonly ModelEntry[];
  chosen: string | undefined;
}) {
  const known = chosen === undefined || models.some(({ id }) => id === chosen);
  return (
    <>
      {!known && <option>{chosen}</option>}
      {[...Map.groupBy(models, ({ provider }) => provider)].map(([provider, group]) => (
        <optgroup key={provider} label={provider}>
          {group.map(({ id }) => (
            <option key={id}>{id}</option>
          ))}
        </optgroup>
      ))}
    </>
  );
}
