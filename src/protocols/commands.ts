import type { Command, CommandAnswer, CommandContext, Completion } from "./command.ts";

/** A command as it is shown. */
export type CommandLine = Pick<Command, "name" | "help" | "usage">;

/** A line of a menu. `text` is what the field holds once it is chosen; a `whole` one can be run as it is. */
export type CommandSuggestion = Completion & { readonly text: string; readonly whole: boolean };

/**
 * Every slash command there is: built in, and files in the plugins folder. One registry for every surface.
 * Finished when it passes `commandsContract` (src/testkit/commands-contract.ts).
 */
export interface Commands {
  /** In the order to show; each name once. */
  getCommands(): Promise<readonly CommandLine[]>;
  /**
   * What could be meant by a text that begins like a command, at most 25, best first; none where it is something to say.
   */
  complete(text: string, context: CommandContext): Promise<readonly CommandSuggestion[]>;
  /**
   * Runs the command that a text is; `undefined` when it is none, and is to be said to the model. The name counts
   * whatever its case. What a command throws with a code is an answer that says so, with the nearest match where an
   * argument names nothing; anything else it throws is thrown.
   */
  run(text: string, context: CommandContext): Promise<CommandAnswer | undefined>;
  /** Files that could not be loaded, and why. */
  getProblems(): Promise<readonly { readonly source: string; readonly problem: string }[]>;
  /** The files of the commands of plugins, by name. Absent where that cannot be told. */
  getSources?(): Promise<Readonly<Record<string, string>>>;
  /** Loads what has changed on the disk anew. Absent where nothing can change. */
  reload?(): Promise<void>;
  shutdown?(): Promise<void>;
}
