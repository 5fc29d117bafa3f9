import type { Command, CommandAnswer, CommandOrigin, Completion } from "./command.ts";

/** A command as it is shown. */
export type CommandLine = Pick<Command, "name" | "help" | "usage">;

/** A line of a menu. `text` is what the field holds once it is chosen; a `whole` one can be run as it is. */
export type CommandSuggestion = Completion & { readonly text: string; readonly whole: boolean };

/**
 * Every slash command there is: built in, and files in the plugins folder. One registry for every surface.
 *
 * A command is a single line that begins with a slash, the name of a command and, if there is more, a blank. Everything
 * else is something to say to the model; so is a command with a blank before its slash.
 *
 * Finished when it passes `commandsContract` (src/testkit/commands-contract.ts).
 */
export interface Commands {
  /** In the order to show; each name once. One of a plugin stands in the place of the built-in one of its name. */
  getCommands(): Promise<readonly CommandLine[]>;
  /**
   * What could be meant by a text that begins like a command, at most 25; none where it is something to say. Names that
   * begin so, in the order to show, the very name first; behind a name its arguments, whatever the case: those that
   * begin so, then those that hold what is written. A command that does not know, or takes too long, suggests nothing.
   */
  complete(text: string, origin: CommandOrigin): Promise<readonly CommandSuggestion[]>;
  /**
   * Runs the command that a text is; `undefined` when it is none, and is to be said to the model. The name counts
   * whatever its case. A command that fails is an answer with `failed`: one that throws with code and hint, that is
   * given an argument and takes none, that lacks one, or that takes too long.
   * @throws `thread_not_found` when the origin's thread is missing or somebody else's; whatever a command throws without
   * a hint.
   */
  run(text: string, origin: CommandOrigin): Promise<CommandAnswer | undefined>;
  /** Files that could not be loaded, and why. */
  getProblems(): Promise<readonly { readonly source: string; readonly problem: string }[]>;
  /** The files of the commands of plugins, by name. Absent where that cannot be told. */
  getSources?(): Promise<Readonly<Record<string, string>>>;
  /** Loads what has changed on the disk anew. What cannot be loaded is a problem, not a throw. Absent where nothing can change. */
  reload?(): Promise<void>;
  shutdown?(): Promise<void>;
}
