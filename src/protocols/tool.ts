import type { Json, JsonObject } from "./json.ts";
import type { Host } from "./plugin.ts";

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
