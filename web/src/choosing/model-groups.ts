import type { AbsentProvider, ModelEntry } from "../api/wire.ts";
import type { PickerGroup, PickerItem } from "./picker-groups.ts";

/** What the server lists when no provider answers. */
const noneAvailable = "MODELS NOT AVAILABLE";

/** So few are seen at a glance: the last used ones need no place of their own. */
const few = 5;

export const realModels = (models: readonly ModelEntry[]): readonly ModelEntry[] =>
  models.filter(({ id }) => id !== noneAvailable);

/**
 * Models under their providers, both in the order of the list; where there are many, the last used ones come first. A
 * provider that does not answer stands at the end with what it had.
 * @param words how the page says the two headings that are no provider's name.
 */
export function modelGroups(
  models: readonly ModelEntry[],
  lastUsed: readonly string[],
  absent: readonly AbsentProvider[],
  words: { readonly lastUsed: string; readonly absent: (provider: AbsentProvider) => string },
): readonly PickerGroup[] {
  const recent =
    models.length <= few ? [] : lastUsed.flatMap((id) => models.find((model) => model.id === id) ?? []);
  const rest = models.filter((model) => !recent.includes(model));
  return [
    ...(recent.length === 0
      ? []
      : [{ name: words.lastUsed, items: recent.map((model) => item(model, model.provider)) }]),
    ...[...Map.groupBy(rest, ({ provider }) => provider)].map(([name, group]) => ({
      name,
      items: group.map((model) => item(model, model.description)),
    })),
    ...absent.map((provider) => ({
      name: provider.provider,
      note: words.absent(provider),
      items: provider.models.map((value) => ({ value, disabled: true })),
    })),
  ];
}

const item = ({ id }: ModelEntry, note: string | undefined): PickerItem => ({
  value: id,
  ...(note !== undefined && note !== "" && { note }),
});

/** The first wanted key that is offered, else the first of all. */
export const firstOffered = (
  offered: readonly string[],
  wanted: readonly (string | undefined)[],
): string | undefined => wanted.find((key) => key !== undefined && offered.includes(key)) ?? offered[0];
