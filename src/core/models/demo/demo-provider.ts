import { orAborted } from "../../../lib/or-aborted.ts";
import type { ModelEvent } from "../../../protocols/model.ts";
import type { Provider } from "../provider.ts";
import { demoScript } from "./demo-script.ts";

/**
 * The model `demo`: scripted and offline, so that streaming, thinking and Markdown can be seen without any provider.
 * @param pace awaited between two words; rejects when the signal aborts.
 */
export function createDemoProvider(pace: (signal: AbortSignal) => Promise<unknown>): Provider {
  return {
    name: "demo",
    prefix: "",
    listModels: async () => [
      {
        id: "demo",
        contextWindow: 8192,
        description: "A scripted demo, offline and not a model: shows how answers look.",
      },
    ],
    async *generate({ label: model, messages }, signal): AsyncGenerator<readonly ModelEvent[], void> {
      signal.throwIfAborted();
      const asked = messages.findLast(({ role }) => role === "user")?.content ?? "";
      const { thinking, answer } = demoScript(asked);
      let count = 0;
      for (const [event, text] of [
        ["thinking_tokens", thinking],
        ["message_tokens", answer],
      ] as const) {
        for (const content of text.split(/(?<=\s)(?=\S)/)) {
          if (count++ > 0) await orAborted(pace(signal), signal);
          signal.throwIfAborted();
          yield [{ event, data: { content, model } }];
        }
      }
      // counted in words: there is no tokenizer here
      yield [
        { event: "usage", data: { completion_tokens: count } },
        { event: "finish", data: { reason: "stop", model } },
      ];
    },
  };
}
