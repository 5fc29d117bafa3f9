import type { ReadPlugin } from "../../lib/plugin-folder.ts";
import { readExports } from "../../lib/read-exports.ts";
import type { Command } from "../../protocols/command.ts";

/** The commands that a module exports. */
export const readCommands = (
  source: string,
  module: Readonly<Record<string, unknown>>,
): readonly ReadPlugin<Command>[] =>
  readExports(source, module, {
    looksLikeOne: (value) => "run" in value && "name" in value,
    faultOf,
    none: "exports no command: a default export with name, help and run is what is looked for",
  });

/** `<must>` and `[may]`, with blanks between them; none that must be there behind one that need not. */
const usagePattern = /^(<[^<>[\]]+>( (?=.)|$))*(\[[^<>[\]]+\]( (?=.)|$))*$/;

/** What keeps a value from being a command, if anything. */
function faultOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null)
    return "its export is not an object with name, help and run";
  const { name, help, usage, complete, run } = value as Partial<Record<keyof Command, unknown>>;
  if (typeof name !== "string" || name === "") return "its command has no name";
  if (!/^[\w:-]{1,50}$/.test(name))
    return `${name}: a name has letters, digits, _, - and :, at most 50, and no slash`;
  if (typeof help !== "string" || help.trim() === "") return `${name}: help is missing`;
  if (usage !== undefined && (typeof usage !== "string" || usage === "" || !usagePattern.test(usage)))
    return `${name}: usage is not written like "<model> [note]"`;
  if (typeof run !== "function") return `${name}: run is not a function`;
  if (complete !== undefined && typeof complete !== "function") return `${name}: complete is not a function`;
  return undefined;
}
