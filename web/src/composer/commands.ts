import { countArguments, parseCommand } from "../../../src/lib/command-text.ts";
import type { CommandLine, CommandSuggestion } from "../api/wire.ts";

/** Something that can stand as a command's argument. */
export type Argument = { readonly value: string; readonly note?: string };

/** What this page does by itself, because it concerns nobody but this browser. It takes one argument. */
export type PageCommand = Required<CommandLine> & {
  /** All that can stand as the argument. */
  readonly complete: readonly Argument[];
  run(argument: string): void;
};

/** A line of the menu. `text` is what the field holds once it is chosen; a whole one can be run. */
export type Suggestion = {
  readonly text: string;
  readonly label: string;
  readonly usage?: string;
  readonly note?: string;
  readonly whole: boolean;
};

/** The commands that a text begins to name; the very name first, so that Enter does not run another one. */
export function namesFor(text: string, commands: readonly CommandLine[]): readonly Suggestion[] {
  const parsed = parseCommand(text);
  if (parsed === undefined || parsed.argument !== undefined) return [];
  const begun = parsed.name.toLowerCase();
  const fitting = commands.filter(({ name }) => name.toLowerCase().startsWith(begun));
  const isExact = ({ name }: CommandLine) => name.toLowerCase() === begun;
  return [...fitting.filter(isExact), ...fitting.filter((command) => !isExact(command))].map(
    ({ name, usage, help }) => {
      const whole = countArguments(usage).least === 0;
      return {
        ...{ text: whole ? `/${name}` : `/${name} `, label: `/${name}`, note: help, whole },
        ...(usage !== undefined && { usage }),
      };
    },
  );
}

/** What could stand behind the name of one of the page's own commands. */
export function argumentsFor(text: string, commands: readonly PageCommand[]): readonly Suggestion[] {
  const meant = pageCommandIn(text, commands);
  if (meant === undefined || parseCommand(text)?.argument === undefined) return [];
  const { command, argument } = meant;
  const wanted = argument.toLowerCase();
  return command.complete
    .filter(({ value }) => value.toLowerCase().includes(wanted))
    .map(({ value, note }) => ({
      ...{ text: `/${command.name} ${value}`, label: value, whole: true },
      ...(note !== undefined && { note }),
    }));
}

/** What the server suggests, as lines of the menu: only the last argument is named, for the rest is in the field. */
export const fromServer = ({ value, note, text, whole }: CommandSuggestion): Suggestion => ({
  ...{ text, label: value, whole },
  ...(note !== undefined && { note }),
});

/** The page's own command that a text is, whole or not. */
export function pageCommandIn(text: string, commands: readonly PageCommand[]) {
  const parsed = parseCommand(text.trimEnd());
  const command = commands.find(({ name }) => name === parsed?.name.toLowerCase());
  return command === undefined ? undefined : { command, argument: parsed?.argument?.trim() ?? "" };
}
