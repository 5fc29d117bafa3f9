import type { CommandAnswerRow } from "../lib/command-row.ts";
import { unescaped } from "../lib/markdown-text.ts";

export type PrintCommandOptions = {
  /** One line of JSON instead of the text. */
  readonly json: boolean;
  /** The command was given in a thread, which keeps what was chosen. */
  readonly inThread: boolean;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
};

/**
 * Prints what a command said. A file goes to stdout by itself, so that it can be written to one; what a command line
 * cannot do is told on stderr.
 * @returns whether it was done.
 */
export function printCommand(said: CommandAnswerRow, options: PrintCommandOptions): boolean {
  const { json, inThread, out, err } = options;
  const { text, failed = false, effect } = said;
  if (json) {
    out(`${JSON.stringify({ event: "command", data: said })}\n`);
    return !failed;
  }
  const line = text === "" ? "" : `${unescaped(text)}\n`;
  if (failed || effect?.kind === "file") err(line);
  else out(line);
  if (effect?.kind === "file") out(effect.content.endsWith("\n") ? effect.content : `${effect.content}\n`);
  if (effect?.kind === "new_chat") err("A question without --thread begins a new chat.\n");
  if (effect?.kind === "choose" && !inThread)
    err("Only a thread keeps it (--thread ID); for one question there are --model and --system-prompt.\n");
  return !failed;
}
