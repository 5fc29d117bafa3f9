import type { JsonObject } from "./json.ts";
import type { PlanMode } from "./plan.ts";
import type { Host } from "./plugin.ts";
import type { Started, TurnRequest } from "./turn-request.ts";

/** What answers in a chat. In a thread the server keeps it; a chat that has not begun has it from whoever asks. */
export type ChatChoice = {
  readonly model?: string;
  /** Key of a system prompt, or of a chat role (`role:<id>`). */
  readonly systemPrompt?: string;
  /** `null`: answers are not planned. */
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

/** Who gave a command, and where: what a surface tells of it. */
export type CommandOrigin = {
  readonly userId: string;
  /** The API key that it came with: its mask counts beside the user's. */
  readonly keyId?: string;
  /** The thread in front of the user, if any. */
  readonly threadId?: string;
  /**
   * What is chosen in front of the user: all there is in a chat that has not begun, in a thread what is chosen beside
   * what the thread keeps.
   */
  readonly choice?: ChatChoice;
  readonly turns: CommandTurns;
};

/** What a command is given. */
export type CommandContext = CommandOrigin & {
  readonly host: Host;
  /** Aborts when the command has taken too long: nobody waits for it any more. */
  readonly signal: AbortSignal;
};

/** What whoever gave the command does next; one that knows no such thing shows the text and leaves it. */
export type CommandEffect =
  | { readonly kind: "new_chat" }
  /** The chat goes on with what is given here. A thread keeps it already; a chat that has not begun is to be told. */
  | { readonly kind: "choose"; readonly choice: ChatChoice }
  /** A turn was begun, to be watched. */
  | { readonly kind: "turn"; readonly started: Started }
  /** What was found is in the text, for whoever has no search of its own. */
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
  /** Nothing was done; `text` says why, and what to do. */
  readonly failed?: true;
};

/** What could stand in the place of a command's argument. */
export type Completion = {
  /** The argument itself, for example a model's id. It may hold blanks where it is the last one. */
  readonly value: string;
  /** Beside it, for example the model's provider. */
  readonly note?: string;
};

/**
 * A slash command, the same for the page, Slack, the CLI and every other surface: a file in `plugins/commands/` exports
 * one by default. It needs types from here and nothing else.
 */
export interface Command {
  /** Without the slash; letters, digits, `_`, `-`, `:`; at most 50. Whatever the case. */
  readonly name: string;
  /** One line of plain text, for `/help` and menus. */
  readonly help: string;
  /**
   * How the arguments are written: `<model>` for one that must be there, `[format]` for one that need not, with blanks
   * between them. The last one may hold blanks. Absent: it takes none.
   */
  readonly usage?: string;
  /** The versions of Skeleton it fits, for example `^1.2`; on another one it is left out. Default all. */
  readonly skeleton?: string;
  /**
   * What could stand in the place of an argument, best first. What does not fit what is begun there is left out by
   * whoever asks.
   * @param before the arguments before it.
   */
  complete?(before: readonly string[], context: CommandContext): Promise<readonly Completion[]>;
  /**
   * @param argument everything behind the name, trimmed: `""` when there is nothing.
   * @returns what to say, as Markdown; or more.
   * @throws an error with a code and a hint for what cannot be done, `bad_input` for a wrong argument: the user is told
   * message and hint.
   */
  run(argument: string, context: CommandContext): Promise<CommandAnswer | string> | CommandAnswer | string;
}
