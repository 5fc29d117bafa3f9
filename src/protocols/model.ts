import type { Json, JsonObject } from "./json.ts";

/** A model that can be asked. */
export type ModelInfo = {
  /** What a request names it by; unique across providers. */
  readonly id: string;
  /** Who answers for it, for grouping. */
  readonly provider: string;
  /** Tokens it can read and write in one call; unknown when absent. */
  readonly contextWindow?: number;
  /** One line for people, for example what `demo` is. */
  readonly description?: string;
  /** `false`: it cannot call tools and is offered none. Unknown when absent: it is offered what there is. */
  readonly tools?: false;
  /** It only stands in for a real model: never chosen unless somebody asks for it by name. */
  readonly standIn?: true;
};

/** How to generate. Absent: the model's own default from the configuration, else whatever the upstream does. */
export type ModelSettings = {
  readonly temperature?: number;
  readonly top_p?: number;
  /** Tokens of the answer at most. */
  readonly max_tokens?: number;
  readonly reasoning_effort?: string;
  /** Anything else goes upstream as it is. */
  readonly [parameter: string]: Json | undefined;
};

/** A request of the model to run a tool. `arguments` is the model's own text: perhaps not even JSON. */
export type ToolCall = { readonly id: string; readonly name: string; readonly arguments: string };

/** A message as models see it; the form of the chat completions API. */
export type ChatMessage =
  | { readonly role: "system" | "user"; readonly content: string }
  | {
      readonly role: "assistant";
      readonly content: string;
      readonly tool_calls?: readonly ToolCall[];
      /** Kept only between the rounds of one turn, for models that want to see their own reasoning again. */
      readonly reasoning_content?: string;
    }
  | { readonly role: "tool"; readonly tool_call_id: string; readonly content: string };

/** A tool as it is offered to a model. `parameters` is a JSON Schema of an object. */
export type ToolSchema = {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonObject;
};

export type ModelRequest = {
  readonly model: string;
  /** Oldest first; a system message, if any, is the first. */
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly ToolSchema[];
  readonly settings?: ModelSettings;
  /** On whose behalf, for providers that keep count. */
  readonly userId?: string;
  /** Whoever asks has had an answer and wants another: one that was kept will not do. */
  readonly fresh?: true;
};

/** Tokens as the upstream counted them. */
export type Usage = {
  readonly prompt_tokens?: number;
  readonly completion_tokens?: number;
  readonly total_tokens?: number;
  /** US dollars, as the upstream told or by its prices. Absent where nobody knows: it is never guessed. */
  readonly cost?: number;
  /** The answer, or a part of the turn, was given before and kept: nobody was asked, and these tokens are none of its. */
  readonly cached?: true;
};

/** What a model says. `model` names the one that answered, which a fallback makes another than was asked. */
export type ModelEvent =
  | { readonly event: "message_tokens"; readonly data: { readonly content: string; readonly model: string } }
  | { readonly event: "thinking_tokens"; readonly data: { readonly content: string; readonly model: string } }
  /** A complete call, once all its pieces are there. */
  | { readonly event: "tool_call"; readonly data: ToolCall }
  /** A model is made ready, and the answer, no part of which this is, waits for it; `done` goes from 0 to 1. */
  | { readonly event: "progress"; readonly data: { readonly done: number; readonly model: string } }
  | { readonly event: "usage"; readonly data: Usage }
  /** Why it stopped, in the upstream's own word: `stop`, `length`, `tool_calls`, `content_filter`, ... */
  | { readonly event: "finish"; readonly data: { readonly reason: string; readonly model: string } };

/** A provider that does not list its models now. */
export type AbsentProvider = {
  readonly provider: string;
  /** The code of its failure: `upstream_unreachable`, `upstream_refused`, `upstream_timeout`, `upstream_broken`, ... */
  readonly reason: string;
  /** The HTTP status with which it refused. */
  readonly status?: number;
  /** What it had while it answered. */
  readonly models: readonly string[];
};

/**
 * Everything that can be asked. Finished when it passes `modelContract` (src/testkit/model-contract.ts).
 */
export interface Model {
  /**
   * What can be asked now, in the order to show it; a bare string is a model known only by its id.
   * A provider that does not answer leaves out its own models and nothing else.
   * @param options.fresh look now, and wait for what is found, rather than tell what was found lately.
   */
  listModels(options?: { readonly fresh?: boolean }): Promise<readonly (string | ModelInfo)[]>;
  /** Whose models the last list left out, and why. It asks nobody. A model without it says nothing about that. */
  listAbsent?(): Promise<readonly AbsentProvider[]>;
  /**
   * Asks a model. Events come in batches, one per network read, so that an `await` is paid per read and not per
   * token; the first token never waits for a second. Retries and fallbacks happen before the first event only.
   * Ends after the last event. Aborting ends it soon with the signal's reason, and stops the work upstream.
   * @throws `model_not_found`, `upstream_unreachable`, `upstream_refused`, `upstream_budget`, `upstream_unusable`,
   * `upstream_overflow`, `upstream_timeout`, `upstream_broken`; the events before it stay true.
   */
  generate(request: ModelRequest, signal: AbortSignal): AsyncIterable<readonly ModelEvent[]>;
  shutdown?(): Promise<void>;
}
