import type { AbsentProvider, ModelEntry } from "../api/wire.ts";
import type { words } from "../words/en/words.ts";

/** The script that stands in where there is no model. */
const isScript = ({ provider }: ModelEntry): boolean => provider === "demo";

/** Those that a chat begins with: the script only where there is nothing else. */
export function firstChoices(models: readonly ModelEntry[]): readonly ModelEntry[] {
  const real = models.filter((model) => !isScript(model));
  return real.length > 0 ? real : models;
}

export const onlyScript = (models: readonly ModelEntry[]): boolean => models.every(isScript);

/**
 * Why nobody real can be asked, and who answers meanwhile; `undefined` where somebody can.
 * @param language how a list of several is written.
 */
export function whyNoModel(
  models: readonly ModelEntry[],
  absent: readonly AbsentProvider[],
  say: (typeof words)["choosing"],
  language: string,
): string | undefined {
  if (!onlyScript(models)) return undefined;
  if (models.length === 0 && absent.length === 0) return say.noModelAtAll;
  const missing = absent.map(({ provider, reason }) =>
    say.doesNotAnswer(provider, say.whatItDoes[reason] ?? say.listsNothing),
  );
  const why =
    missing.length === 0
      ? say.noModelConnected
      : say.noProviderAnswers(new Intl.ListFormat(language).format(missing));
  return models.length === 0 ? why : `${why} ${say.demoStandsIn}`;
}
