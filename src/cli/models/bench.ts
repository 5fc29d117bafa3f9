import type { Provider } from "../../core/models/provider.ts";

export type Speed = {
  /** From asking until the first token of an answer to one word: loading, where it was not loaded. */
  readonly load_seconds: number;
  readonly prompt_tokens: number;
  readonly prompt_tokens_per_second: number;
  readonly tokens: number;
  readonly tokens_per_second: number;
};

/** 240 words: enough that reading them takes a while, and small enough for every context. */
const words = "The quick brown fox jumps over the lazy dog and runs on. ".repeat(20);

/** How fast a model reads and writes here. */
export async function bench(
  provider: Provider,
  model: string,
  maxTokens: number,
  signal: AbortSignal,
): Promise<Speed> {
  const { below, above } = (await provider.layers?.(model)) ?? { below: {}, above: {} };
  const ask = async (content: string, tokens: number) => {
    const began = performance.now();
    let first: number | undefined;
    let counted = { prompt_tokens: 0, completion_tokens: 0 };
    const request = {
      ...{ model, label: model, messages: [{ role: "user" as const, content }] },
      settings: { ...below, ...above, max_tokens: tokens, temperature: 0 },
    };
    for await (const batch of await provider.generate(request, signal)) {
      for (const event of batch) {
        if (event.event === "message_tokens" || event.event === "thinking_tokens")
          first ??= performance.now();
        if (event.event === "usage") counted = { ...counted, ...event.data };
      }
    }
    const ended = performance.now();
    return { ...counted, firstMs: (first ?? ended) - began, restMs: ended - (first ?? ended) };
  };
  const load = await ask("Hi", 1);
  const read = await ask(words, 1);
  const write = await ask(`${words} Go on with this for as long as you can.`, maxTokens);
  return {
    load_seconds: load.firstMs / 1000,
    prompt_tokens: read.prompt_tokens,
    prompt_tokens_per_second: (read.prompt_tokens / read.firstMs) * 1000,
    tokens: write.completion_tokens,
    tokens_per_second: write.restMs === 0 ? 0 : ((write.completion_tokens - 1) / write.restMs) * 1000,
  };
}
