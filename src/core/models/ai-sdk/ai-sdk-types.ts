/*
 * The part of `@ai-sdk/provider` that is used here, for the specifications v2 (AI SDK 5), v3 (6) and v4 (7), whose
 * differences are in usage and finish reason. Described rather than imported: the packages are the operator's choice.
 */

export type SdkUsage = {
  readonly inputTokens?: number | { readonly total?: number | undefined } | undefined;
  readonly outputTokens?: number | { readonly total?: number | undefined } | undefined;
  readonly totalTokens?: number | undefined;
};

/** Other types of parts exist and are skipped. */
export type SdkPart =
  | { readonly type: "text-delta" | "reasoning-delta"; readonly delta: string }
  | {
      readonly type: "tool-call";
      readonly toolCallId: string;
      readonly toolName: string;
      readonly input: string;
      /** The provider has run it itself. */
      readonly providerExecuted?: boolean;
    }
  | {
      readonly type: "finish";
      readonly usage?: SdkUsage;
      readonly finishReason: string | { readonly unified: string; readonly raw?: string | undefined };
    }
  | { readonly type: "error"; readonly error: unknown };

export type SdkModel = {
  readonly specificationVersion: string;
  /** For example `anthropic.messages`; the part before the dot names its options. */
  readonly provider: string;
  doStream(
    options: Readonly<Record<string, unknown>>,
  ): PromiseLike<{ readonly stream: ReadableStream<SdkPart> }>;
};

export type SdkProvider = {
  languageModel?(id: string): SdkModel;
  chatModel?(id: string): SdkModel;
};

export type SdkFactory = (settings: Readonly<Record<string, unknown>>) => SdkProvider;
