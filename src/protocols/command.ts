import type { Host } from "./plugin.ts";

/** Who gave a command, and where. */
export type CommandContext = {
  readonly userId: string;
  /** The thread in front of the user, if any. */
  readonly threadId?: string;
  readonly host: Host;
};

/** A slash command, the same for the page, the CLI and every other surface. */
export interface Command {
  /** Without the slash; letters, digits, `_`, `-`, `:`. */
  readonly name: string;
  /** One line for `/help`. */
  readonly help: string;
  /** How the arguments are written, for example `<model>`. */
  readonly usage?: string;
  /** What could stand in the place of the last word. */
  complete?(words: readonly string[], context: CommandContext): Promise<readonly string[]>;
  /** @returns what the user is told, as Markdown. */
  run(words: readonly string[], context: CommandContext): Promise<string>;
}
