import type { JsonObject } from "./json.ts";
import type { PlanMode } from "./plan.ts";
import type { Host } from "./plugin.ts";
import type { Started, TurnRequest } from "./turn-request.ts";

/** What answers in a chat. In a thread the server keeps it; a chat that has not begun has it from whoever asks. */
export type ChatChoice = {
  readonly model?: string;
  /** Key of a system prompt, or of a chat role (`role:<id>`). */
  readonly systemPrompt?: string;
  readonly planMode?: PlanMode | null;
};

/** What a command may do with turns. */
export interface CommandTurns {
  /** @throws as a message to the thread would. */
  start(request: TurnRequest): Promise<Started>;
  /** Ends a turn soon; what it said is kept. @throws `turn_not_found`. */
  stop(at: { readonly userId: string; readonly turnId: string }): Promise<void>;
  /** What runs: thread id to turn id. */
  running(userId: string): Promise<ReadonlyMap<string, string>>;
}

/** Who gave a command, and where. */
export type CommandContext = {
  readonly userId: string;
  /** The thread in front of the user, if any. */
  readonly threadId?: string;
  /** What is chosen in a chat that has not begun. */
  readonly choice?: ChatChoice;
  readonly host: Host;
  readonly turns: CommandTurns;
};

/** What whoever gave the command does next; one that knows no such thing shows the text and leaves it. */
export type CommandEffect =
  | { readonly kind: "new_chat" }
  /** The chat that has not begun goes on with this. A thread was changed by the command itself. */
  | { readonly kind: "choose"; readonly choice: ChatChoice }
  /** A turn was begun, to be watched. */
  | { readonly kind: "turn"; readonly started: Started }
  | { readonly kind: "search"; readonly query: string }
  /** A file to keep, under this name. */
  | { readonly kind: "file"; readonly name: string; readonly mediaType: string; readonly content: string }
  /** Of a plugin, for a client of its own. */
  | { readonly kind: "other"; readonly data: JsonObject };

/** What came of a command. Neither is part of the conversation. */
export type CommandAnswer = {
  /** For the user, as Markdown; empty where the effect says it all. */
  readonly text: string;
  readonly effect?: CommandEffect;
};

/** What could stand in the place of a command's last argument. */
export type Completion = {
  /** The word itself, for example a model's id. It may hold blanks where it is the last argument. */
  readonly value: string;
  /** Beside it, for example the model's provider. */
  readonly note?: string;
};

/**
 * A slash command, the same for the page, Slack, the CLI and every other surface: a file in `plugins/commands/` exports
 * one by default. It needs types from here and nothing else.
 */
export interface Command {
  /** Without the slash; letters, digits, `_`, `-`, `:`; at most 50. */
  readonly name: string;
  /** One line for `/help`. */
  readonly help: string;
  /** How the arguments are written, for example `<model>`; absent: it takes none. */
  readonly usage?: string;
  /**
   * What could stand in the place of the last word of `words`, which may be begun or blank, best first. What does not fit
   * what is written is left out by whoever asks.
   */
  complete?(words: readonly string[], context: CommandContext): Promise<readonly Completion[]>;
  /**
   * @param argument everything behind the name, trimmed, for a command whose last argument holds blanks.
   * @throws `bad_input` with a hint for a wrong argument; the user is told both sentences.
   */
  run(argument: string, context: CommandContext): Promise<CommandAnswer | string>;
}
