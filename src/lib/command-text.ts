/** A command as it is written; `argument` is absent until there is a blank behind the name. */
export type CommandText = { readonly name: string; readonly argument?: string };

/**
 * What could be a command: one line that begins with a slash, a name (which may be `""` yet, or unknown), and a blank if
 * there is more. Everything else is something to say, for example `/etc/hosts` or a slash behind a blank.
 */
export function parseCommand(text: string): CommandText | undefined {
  // One blank: of several, each would be tried as the last one before text that does not fit.
  const [, name, behind] = /^\/([\w:-]{0,50})(?:[ \t]([^\r\n]*))?$/.exec(text) ?? [];
  const argument = behind?.replace(/^[ \t]+/, "");
  if (name === undefined || (name === "" && argument !== undefined)) return undefined;
  return argument === undefined ? { name } : { name, argument };
}

/** Whether a message could be a command: whoever has the list of commands knows. */
export const mayBeCommand = (text: string): boolean => (parseCommand(text.trimEnd())?.name ?? "") !== "";

/** How many arguments a command's usage has, for example two of `<model> [note]`, and how many of them must be there. */
export function countArguments(usage = ""): { readonly most: number; readonly least: number } {
  const least = usage.match(/<[^<>]+>/g)?.length ?? 0;
  return { least, most: least + (usage.match(/\[[^[\]]+\]/g)?.length ?? 0) };
}

/** The arguments as they are written, the one being written last; blanks are part of the last one there can be. */
export function splitArguments(argument: string, most: number): readonly string[] {
  const words: string[] = [];
  let rest = argument.trimStart();
  while (words.length < most - 1) {
    const [, word, behind] = /^(\S+)\s+(.*)$/s.exec(rest) ?? [];
    if (word === undefined || behind === undefined) break;
    words.push(word);
    rest = behind;
  }
  return [...words, rest];
}
