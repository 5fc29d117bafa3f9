import type { Json } from "../../../../protocols/json.ts";
import type { ChatMessage, ToolSchema } from "../../../../protocols/model.ts";

/*
 * What the server and its runner, the process that llama.cpp lives in, say to each other. Requests are numbered by the
 * server; every one ends with `ended` or `failed`.
 */

/** How a model is loaded. Two requests that differ in it are for two models. */
export type LoadedAs = {
  readonly path: string;
  /** The chat wrapper of node-llama-cpp to use instead of the file's own template. */
  readonly format?: string;
  /** Tokens a sequence holds, prompt and reply. */
  readonly contextSize: number;
  readonly threads: number;
  readonly batchSize: number;
  /** Answers that run side by side, at most. */
  readonly sequences: number;
};

/** How to generate. What is absent is left to llama.cpp. */
export type Generation = {
  readonly temperature?: number;
  readonly top_p?: number;
  readonly top_k?: number;
  readonly min_p?: number;
  readonly repeat_penalty?: number;
  readonly presence_penalty?: number;
  readonly frequency_penalty?: number;
  readonly seed?: number;
  /** Tokens of the reply at most; default whatever room there is. */
  readonly max_tokens?: number;
  /** Texts before which the reply ends. */
  readonly stop: readonly string[];
  /** Added to the logit of the token that ends a reply. */
  readonly eos_bias?: number;
  /** Tokens of the context that stay free. */
  readonly margin: number;
  /** GBNF, rule `root`. */
  readonly grammar?: string;
  /** JSON Schema that the reply has to fit; `true`: any JSON. */
  readonly schema?: Json;
  /** The reply has to end with `token`: it is asked to go on up to `continues` times until it does. */
  readonly ending?: { readonly token: string; readonly continues: number };
};

export type Ask = {
  readonly kind: "ask";
  readonly id: number;
  readonly model: LoadedAs;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolSchema[];
  readonly generation: Generation;
};

export type ToRunner = Ask | { readonly kind: "cancel"; readonly id: number };

/** A piece of a reply. `text` and `thinking` are as the chat template tells them apart. */
export type Piece =
  | { readonly kind: "text" | "thinking"; readonly text: string }
  | { readonly kind: "call"; readonly name: string; readonly arguments: string };

/** Tokens. `reused` are those of the prompt that were in memory from before. */
export type Counted = { readonly prompt: number; readonly completion: number; readonly reused: number };

export type Failure = {
  readonly code:
    | "bad_input"
    | "upstream_refused"
    | "upstream_unusable"
    | "upstream_overflow"
    | "upstream_broken";
  readonly message: string;
  readonly hint: string;
};

export type FromRunner =
  /** It loads the model; `done` goes from 0 to 1. */
  | { readonly kind: "loading"; readonly id: number; readonly done: number }
  | { readonly kind: "said"; readonly id: number; readonly pieces: readonly Piece[] }
  | {
      readonly kind: "ended";
      readonly id: number;
      /** `stop`, `length` or `tool_calls`. */
      readonly reason: string;
      readonly counted: Counted;
      /** Oldest messages that did not fit and were left out. */
      readonly leftOut: number;
    }
  | { readonly kind: "failed"; readonly id: number; readonly failure: Failure }
  /** For the log. */
  | { readonly kind: "note"; readonly level: "info" | "warn"; readonly message: string };
