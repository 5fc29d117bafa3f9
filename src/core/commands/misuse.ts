import { countArguments, splitArguments } from "../../lib/command-text.ts";
import { SkeletonError } from "../../lib/errors.ts";
import type { Command } from "../../protocols/command.ts";

/** What stands in the place of an argument, the first of what could. */
export type Suggest = (before: readonly string[]) => Promise<string | undefined>;

/** What is wrong with the number of arguments, if anything. @throws `bad_input`. */
export async function checkArguments(command: Command, argument: string, suggest: Suggest): Promise<void> {
  const { name, usage } = command;
  const { least, most } = countArguments(usage);
  if (most === 0) {
    if (argument === "") return;
    throw new SkeletonError("bad_input", `\`/${name}\` takes no argument.`, {
      hint: "Leave it out; a message that begins like this has a blank before its slash.",
    });
  }
  const given = argument === "" ? [] : splitArguments(argument, most);
  if (given.filter((word) => word !== "").length >= least) return;
  const example = await exampleOf(name, least, suggest);
  throw new SkeletonError("bad_input", `Usage: \`/${name} ${usage}\`.`, {
    hint: example === undefined ? "" : `For example: \`${example}\`.`,
  });
}

/** A whole use of the command, made of what it suggests itself. */
async function exampleOf(name: string, least: number, suggest: Suggest): Promise<string | undefined> {
  const words: string[] = [];
  while (words.length < least) {
    const word = await suggest(words);
    if (word === undefined) return undefined;
    words.push(word);
  }
  return [`/${name}`, ...words].join(" ");
}
