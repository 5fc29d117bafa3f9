import type { ModelEntry } from "../api/wire.ts";

/** What the server lists when no provider answers. */
const noneAvailable = "MODELS NOT AVAILABLE";

export const realModels = (models: readonly ModelEntry[]): readonly ModelEntry[] =>
  models.filter(({ id }) => id !== noneAvailable);

/** Models under their providers, both in the order of the list. */
export const modelGroups = (
  models: readonly ModelEntry[],
): readonly (readonly [string, readonly ModelEntry[]])[] => [
  ...Map.groupBy(models, ({ provider }) => provider),
];

/** The first wanted key that is offered, else the first of all. */
export const firstOffered = (
  offered: readonly string[],
  wanted: readonly (string | undefined)[],
): string | undefined => wanted.find((key) => key !== undefined && offered.includes(key)) ?? offered[0];
