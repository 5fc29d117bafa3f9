import { countArguments, parseCommand, splitArguments } from "../../lib/command-text.ts";
import type { Completion } from "../../protocols/command.ts";
import type { CommandSuggestion } from "../../protocols/commands.ts";
import type { Registered, Registry } from "./registry.ts";

/** A menu is read at a glance, and Slack shows no more either. */
const most = 25;

/** What a command suggests in the place behind these arguments. */
export type Complete = (registered: Registered, before: readonly string[]) => Promise<readonly Completion[]>;

/** What could be meant by a text that begins like a command. */
export async function suggest(
  text: string,
  registry: Registry,
  complete: Complete,
): Promise<readonly CommandSuggestion[]> {
  const parsed = parseCommand(text);
  if (parsed === undefined) return [];
  const { argument } = parsed;
  const name = parsed.name.toLowerCase();
  if (argument === undefined) return names(name, registry).slice(0, most);
  const registered = registry.get(name);
  if (registered === undefined) return [];
  const { least, most: places } = countArguments(registered.command.usage);
  if (places === 0) return [];
  const words = splitArguments(argument, places);
  const before = words.slice(0, -1);
  const isLast = words.length === places;
  const fitting = fit(words.at(-1) ?? "", await complete(registered, before));
  return fitting
    .filter(({ value }) => isLast || !/\s/.test(value)) // the blank would begin the next argument
    .slice(0, most)
    .map((completion) => {
      const whole = words.length >= least;
      const line = [`/${registered.command.name}`, ...before, completion.value].join(" ");
      return { ...completion, text: whole ? line : `${line} `, whole };
    });
}

/** The command that is written, then those that begin so. */
function names(begun: string, registry: Registry): readonly CommandSuggestion[] {
  const fitting = [...registry.entries()].filter(([name]) => name.startsWith(begun));
  const exact = fitting.filter(([name]) => name === begun);
  const longer = fitting.filter(([name]) => name !== begun);
  return [...exact, ...longer].map(([, { command }]) => {
    const { name, help, usage } = command;
    const text = `/${name}`;
    const whole = countArguments(usage).least === 0;
    return { value: text, note: help, text: whole ? text : `${text} `, whole };
  });
}

/** Those that begin like what is written, then those that hold it; each in the order they came in. */
function fit(begun: string, completions: readonly Completion[]): readonly Completion[] {
  const wanted = begun.trimEnd().toLowerCase();
  const ranked = completions.map((completion) => {
    const value = completion.value.toLowerCase();
    const rank = value === wanted ? 0 : value.startsWith(wanted) ? 1 : value.includes(wanted) ? 2 : 3;
    return { completion, rank };
  });
  return [0, 1, 2].flatMap((wantedRank) =>
    ranked.flatMap(({ completion, rank }) => (rank === wantedRank ? [completion] : [])),
  );
}
