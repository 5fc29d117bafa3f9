/** Something that can stand as a command's argument. */
export type Argument = { readonly value: string; readonly note?: string };

/** What can be done by writing `/name argument`. */
export type PageCommand = {
  /** Without the slash; letters, digits, `_`, `-`, `:`. */
  readonly name: string;
  readonly help: string;
  /** How the argument is written, for example `<name>`; absent: it takes none. */
  readonly usage?: string;
  /** What could stand as the argument; absent: any text. */
  readonly complete?: readonly Argument[];
  /** @returns a sentence when it cannot be done. */
  run(argument: string): Promise<string | undefined> | string | undefined;
};

/** A line of the menu. `text` is what the field holds once it is chosen; a whole one can be run. */
export type Suggestion = {
  readonly text: string;
  readonly label: string;
  readonly usage?: string;
  readonly note?: string;
  readonly whole: boolean;
};

/** A command as it is written; `argument` is absent until there is a blank behind the name. */
function parseCommand(text: string): { readonly name: string; readonly argument?: string } | undefined {
  const [, name, rest] = /^\/([\w:-]*)(?: +([^\n]*))?$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  return rest === undefined ? { name } : { name, argument: rest.trim() };
}

/** What could be meant by a text that begins like a command; none where it is none. */
export function suggestions(text: string, commands: readonly PageCommand[]): readonly Suggestion[] {
  const parsed = parseCommand(text);
  if (parsed === undefined) return [];
  const { name, argument } = parsed;
  if (argument === undefined) {
    return commands
      .filter((command) => command.name.startsWith(name.toLowerCase()))
      .map(({ name, usage, help }) => ({
        text: usage === undefined ? `/${name}` : `/${name} `,
        label: `/${name}`,
        note: help,
        whole: usage === undefined,
        ...(usage !== undefined && { usage }),
      }));
  }
  const found = commands.find((command) => command.name === name.toLowerCase());
  const wanted = argument.toLowerCase();
  return (found?.complete ?? [])
    .filter(({ value }) => value.toLowerCase().includes(wanted))
    .map(({ value, note }) => ({
      text: `/${name} ${value}`,
      label: value,
      whole: true,
      ...(note !== undefined && { note }),
    }));
}

/** The command that a text is, whole or not; `undefined`: it is something to say. */
export function commandIn(text: string, commands: readonly PageCommand[]) {
  const parsed = parseCommand(text.trim());
  const command = commands.find(({ name }) => name === parsed?.name.toLowerCase());
  return command === undefined ? undefined : { command, argument: parsed?.argument ?? "" };
}
