import type { ChatMessage, ModelEvent, ToolSchema } from "./model.ts";
import type { Host } from "./plugin.ts";

/** Where a hook is: the same `turnId` in all hooks and tools of one turn. */
export type HookPlace = {
  readonly userId: string;
  readonly threadId: string;
  readonly turnId: string;
  /** Aborts when the turn is stopped. */
  readonly signal: AbortSignal;
};

/** About to be sent to the model. A hook returns the fields it wants different. */
export type PreCall = {
  readonly message: ChatMessage;
  readonly model: string;
  /** The text, not the key; absent when none is sent. */
  readonly systemPrompt?: string;
  readonly tools: readonly ToolSchema[];
};

/**
 * What a hook answers: its result, at once or later, or after lines for the reader (each `yield`). `undefined` changes
 * nothing. It has `functions.timeout_ms` of the configuration in all.
 */
export type HookResult<T> =
  | T
  | undefined
  | Promise<T | undefined>
  | Generator<string, T | undefined>
  | AsyncGenerator<string, T | undefined>;

/**
 * Sees every message on its way: the default export of a file in `plugins/functions/`. Each hook is optional, and one
 * that is absent costs nothing. Hooks return what they change and never alter their arguments.
 */
export interface FunctionPlugin {
  readonly name: string;
  /** The versions of Skeleton that it is for, such as `^1.2`; default any. */
  readonly skeleton?: string;
  /** `preCall` runs highest first; `filterStream` and `postCall` lowest first. Default 0. */
  readonly priority?: number;
  /** What happens to the turn when a hook throws: it goes on without it, or stops. Default `skip`. */
  readonly onError?: "skip" | "stop";
  /**
   * Once, when the server starts or the file is loaded anew. One that throws, or takes longer than ten seconds, leaves
   * the function out.
   */
  start?(host: Host): void | Promise<void>;
  /**
   * For the user's message and for every tool result. Changes reach the model, not the history; those of model, system
   * prompt and tools hold for the rest of the turn. With a plan, `model` is the planning one for the user's message; the
   * plan then comes as a message of its own for the answering one, of the role `assistant`, or `user` where the user has
   * changed it. What it becomes reaches that model alone.
   */
  preCall?(call: PreCall, place: HookPlace): HookResult<Partial<PreCall>>;
  /**
   * For every batch the model sends. What it returns replaces the batch in the stream and in the history; `null` or an
   * empty list drops it, and the filters after it never see it. The context keeps the model's own words. A `tool_call`
   * that is dropped is not run.
   */
  filterStream?(events: readonly ModelEvent[], place: HookPlace): HookResult<readonly ModelEvent[] | null>;
  /** After each round, on what the model said. A changed `content` reaches the context, not the history. */
  postCall?(message: ChatMessage, place: HookPlace): HookResult<ChatMessage>;
  /** It has two seconds. What `host.background` was given is aborted before. */
  shutdown?(): Promise<void>;
}
