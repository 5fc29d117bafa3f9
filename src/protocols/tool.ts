import type { Json, JsonObject } from "./json.ts";
import type { Host } from "./plugin.ts";

/**
 * What a running tool asks its user: a yes, a form to be filled in, an address to be opened; or whether a call of another
 * tool may run. `signal` takes the question back.
 */
export type ToolQuestion = { readonly signal?: AbortSignal } & (
  | {
      /** A sentence for the user; what is longer than 2,000 characters is cut. */
      readonly message: string;
      /** JSON Schema of a flat object of texts, numbers, booleans and choices; at most 50 fields and 32,768 characters. */
      readonly form?: JsonObject;
      /** Where the user is to go (`http` or `https`); yes means that they may be sent there. */
      readonly url?: string;
      /** Who wants to know, where that is not the tool itself: it is shown beside its name. */
      readonly from?: string;
    }
  | { readonly call: { readonly name: string; readonly arguments: string }; readonly once?: true }
);

/** The user's word; `arguments` is what the form was filled with, or what they made of those of the call. */
export type ToolAnswer = { readonly approved: boolean; readonly arguments?: Json };

/** For whom and for what a tool runs. It is filled in by the server and never shown to the model. */
export type ToolContext = {
  readonly userId: string;
  /** The thread that is answered in. Absent with `turnId`: another program called the tool at `/mcp`, outside any thread. */
  readonly threadId?: string;
  /** The same for all tools and hooks of one answer. Absent where `threadId` is. */
  readonly turnId?: string;
  readonly host: Host;
  /** Aborts when the reader stops the turn or the tool takes too long. */
  readonly signal: AbortSignal;
  /**
   * Asks the user and waits for the answer; the tool's time does not run meanwhile. Absent where no user can be asked: in
   * a call from another program. At most 20 questions a call; what is open when the call ends is taken back.
   * @throws `bad_input` for a form or an address that cannot be shown; the signal's reason.
   */
  readonly ask?: (question: ToolQuestion) => Promise<ToolAnswer>;
  /** This very call may run without its user being asked. The tool itself never sees it. */
  readonly allowed?: true;
};

/** What a tool may answer with: at once, later, or after progress lines (each `yield`). */
export type ToolResult = unknown | Promise<unknown> | AsyncGenerator<string, unknown>;

/** Something the model can call. */
export interface Tool {
  /** Letters, digits, `_`, `-`, at most 64; unique. */
  readonly name: string;
  /** For the model: what it does and when to use it. */
  readonly description: string;
  /** JSON Schema of an object. */
  readonly parameters: JsonObject;
  /** It changes nothing, so calls of one round may run side by side. Default `false`. */
  readonly readOnly?: boolean;
  /** Running it twice is as good as once, so a crash may repeat it. Default `false`. */
  readonly idempotent?: boolean;
  /** Whether the user is asked before it runs; `once` asks once a thread. Default `never`. */
  readonly approve?: "always" | "once" | "never";
  /** How long one call may take, in ms; default `tools.timeout_ms` of the configuration. */
  readonly timeoutMs?: number;
  /** `args` fits `parameters`. What it throws is told to the model and to the reader. */
  execute(args: Readonly<Record<string, Json>>, context: ToolContext): ToolResult;
}
