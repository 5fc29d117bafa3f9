import type { ModelEvent, ModelRequest, ModelSettings } from "../../protocols/model.ts";

/** A model as its provider lists it. */
export type ListedModel = {
  readonly id: string;
  /** Who answers for it behind the provider, where that is somebody else. */
  readonly provider?: string;
  readonly contextWindow?: number;
  readonly description?: string;
};

/** `model` is the provider's own name for it. */
export type ProviderRequest = ModelRequest & {
  /** The name the model goes by in events. */
  readonly label: string;
};

/** Somebody who answers for models. What it throws is an `UpstreamError` where asking again may help. */
export interface Provider {
  readonly name: string;
  /** Put before its models' names. */
  readonly prefix: string;
  /** It was looked for on the off-chance: its absence is no news. */
  readonly guessed?: boolean;
  /** Where it is asked, for whoever runs the server; without anything secret. */
  readonly address?: string;
  /** What is not known of the models that it listed last, and why, in a sentence for whoever runs the server. */
  remark?(): string | undefined;
  /** @throws `upstream_…` when it does not answer in time. */
  listModels(signal: AbortSignal): Promise<readonly ListedModel[]>;
  /**
   * One attempt, as `Model.generate` promises. What it resolves to must be read, or it holds a connection: a promise of
   * batches rather than a generator around a generator, which would cost every batch another hop.
   */
  generate(
    request: ProviderRequest,
    signal: AbortSignal,
  ): AsyncIterable<readonly ModelEvent[]> | Promise<AsyncIterable<readonly ModelEvent[]>>;
  /** Settings of a model that lie beneath what `models.settings` says, and above it but beneath the request's. */
  layers?(model: string): Promise<{ readonly below: ModelSettings; readonly above: ModelSettings }>;
  shutdown?(): void;
}

/** How long each kind of silence is borne, in ms. */
export type UpstreamTimeouts = {
  /** Until the connection stands, TLS included. */
  readonly connectMs: number;
  /** From the request until the first byte of the answer. */
  readonly firstByteMs: number;
  /** Between two network reads. */
  readonly idleMs: number;
};
