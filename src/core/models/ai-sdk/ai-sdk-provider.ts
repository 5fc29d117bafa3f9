import { orAborted } from "../../../lib/or-aborted.ts";
import type { ModelEvent, Usage } from "../../../protocols/model.ts";
import type { Provider, UpstreamTimeouts } from "../provider.ts";
import { createThinkSplitter } from "../think-splitter.ts";
import { broken, silent } from "../upstream-error.ts";
import type { SdkModel, SdkPart, SdkProvider, SdkUsage } from "./ai-sdk-types.ts";
import { sdkError } from "./sdk-error.ts";
import { sdkRequest } from "./sdk-request.ts";

/** Models behind an AI SDK provider. A batch is one part of its stream: these packages read part by part anyway. */
export function createAiSdkProvider(options: {
  readonly name: string;
  readonly prefix: string;
  readonly sdk: SdkProvider;
  readonly models: readonly string[];
  readonly secrets: readonly string[];
  readonly timeouts: UpstreamTimeouts;
}): Provider {
  const { name, secrets, timeouts } = options;
  const fault = (error: unknown, when: "before" | "part" | "end") =>
    sdkError(error, { provider: name, secrets, when });

  return {
    name,
    prefix: options.prefix,
    listModels: async () => options.models.map((id) => ({ id })),
    async *generate({ label, ...request }, signal): AsyncGenerator<readonly ModelEvent[], void> {
      const model = modelOf(options.sdk, request.model, name);
      const stop = new AbortController();
      const either = AbortSignal.any([signal, stop.signal]);
      const limit = (ms: number, what: string) => setTimeout(() => stop.abort(silent(name, ms, what)), ms);
      let silence: NodeJS.Timeout | undefined = limit(timeouts.firstByteMs, "answer");
      let reader: ReadableStreamDefaultReader<SdkPart> | undefined;
      let ended = false;
      try {
        const call = { ...sdkRequest(request, model), abortSignal: either };
        const started = Promise.resolve(model.doStream(call));
        const { stream } = await orAborted(started, either).catch((error: unknown) => {
          throw either.aborted ? either.reason : fault(error, "before");
        });
        reader = stream.getReader();
        const read = createPartReader(label);
        while (!ended) {
          silence ??= limit(timeouts.idleMs, "more of its answer");
          const next = await orAborted(reader.read(), either).catch((error: unknown) => {
            throw either.aborted ? either.reason : fault(error, "end");
          });
          clearTimeout(silence); // while the reader has the batch, the silence is not the upstream's
          silence = undefined;
          if (next.done) throw broken(name, "ended before it was complete");
          if (next.value.type === "error") throw fault(next.value.error, "part");
          const batch = read(next.value);
          ended = next.value.type === "finish";
          if (batch.length > 0) yield batch;
        }
      } finally {
        clearTimeout(silence);
        if (!ended) stop.abort(new Error("nobody reads on"));
        reader?.cancel().catch(() => {}); // not waited for: a stream that hangs may hang here too
      }
    },
  };
}

/** Turns parts into events; calls, usage and the finish come last. */
function createPartReader(model: string): (part: SdkPart) => readonly ModelEvent[] {
  let events: ModelEvent[] = [];
  const calls: ModelEvent[] = [];
  const splitter = createThinkSplitter((kind, content) => {
    events.push({ event: kind === "text" ? "message_tokens" : "thinking_tokens", data: { content, model } });
  });
  return (part) => {
    events = [];
    if (part.type === "text-delta") splitter.push(part.delta);
    if (part.type === "reasoning-delta" && part.delta !== "") {
      events.push({ event: "thinking_tokens", data: { content: part.delta, model } });
    }
    if (part.type === "tool-call" && part.providerExecuted !== true) {
      calls.push({
        event: "tool_call",
        data: { id: part.toolCallId, name: part.toolName, arguments: part.input },
      });
    }
    if (part.type === "finish") {
      splitter.end();
      const usage = usageOf(part.usage ?? {});
      const reason = typeof part.finishReason === "string" ? part.finishReason : part.finishReason.unified;
      events.push(...calls);
      if (usage !== undefined) events.push({ event: "usage", data: usage });
      // `tool-calls` and `content-filter` are spelt with an underscore everywhere else
      events.push({ event: "finish", data: { reason: reason.replaceAll("-", "_"), model } });
    }
    return events;
  };
}

function usageOf({ inputTokens, outputTokens, totalTokens }: SdkUsage): Usage | undefined {
  const count = (tokens: SdkUsage["inputTokens"]) => (typeof tokens === "object" ? tokens.total : tokens);
  const [read, written] = [count(inputTokens), count(outputTokens)];
  const total = totalTokens ?? (read === undefined || written === undefined ? undefined : read + written);
  if (read === undefined && written === undefined && total === undefined) return undefined;
  return {
    ...(read !== undefined && { prompt_tokens: read }),
    ...(written !== undefined && { completion_tokens: written }),
    ...(total !== undefined && { total_tokens: total }),
  };
}

function modelOf(sdk: SdkProvider, id: string, provider: string): SdkModel {
  const model = sdk.languageModel?.(id) ?? sdk.chatModel?.(id);
  if (model === undefined) throw broken(provider, "cannot be had: its package offers no language models");
  return model;
}
