import { contextPlugin } from "../../src/core/context/plugin.ts";
import { threadsPlugin } from "../../src/core/threads/plugin.ts";
import type { Model, ModelRequest } from "../../src/protocols/model.ts";
import type { CorePlugin, Host } from "../../src/protocols/plugin.ts";
import { memoryStore } from "../../src/testkit/memory-store.ts";
import { testHost } from "../../src/testkit/test-host.ts";

/** What a model answers; what it throws is the model's failure. */
export type Script = (request: ModelRequest) => string | Promise<string>;

/**
 * A thread of ada's in which user and assistant have said these texts by turns, for the tests of functions. The history
 * and the context are real, the store is in memory, the model is scripted.
 */
export async function conversation(script: Script, texts: readonly string[], title = texts[0] ?? "") {
  const requests: ModelRequest[] = [];
  const model: Model = {
    listModels: async () => [{ id: "m", provider: "scripted", contextWindow: 100_000 }],
    async *generate(request) {
      requests.push(request);
      yield [{ event: "thinking_tokens", data: { content: "Let me think.", model: "m" } }];
      yield [{ event: "message_tokens", data: { content: await script(request), model: "m" } }];
    },
  };
  const plugins: readonly CorePlugin[] = [
    { role: "store", name: "memory", create: memoryStore },
    { role: "model", name: "scripted", create: () => model },
    threadsPlugin,
    contextPlugin,
  ];
  const tested = testHost({ plugins });
  const stopping = new AbortController();
  const tasks: Promise<void>[] = [];
  const host: Host = {
    ...tested,
    background: (_name, task) => {
      tasks.push(task(stopping.signal));
    },
  };
  const [threads, context] = await Promise.all([host.get("thread"), host.get("context")]);
  const threadId = await threads.createThread({ userId: "ada", title, model: "m", systemPrompt: "default" });
  const at = { userId: "ada", threadId };
  const entry = (content: string, index: number) => ({
    ...({ id: `e${index}`, type: "message_text", content, timestamp: "2026-01-01T00:00:00.000Z" } as const),
    ...(index % 2 === 0
      ? ({ role: "user" } as const)
      : ({ role: "assistant", turnId: `t${index}` } as const)),
  });
  await threads.addMessages(at, texts.map(entry));
  return {
    ...{ host, threads, context, requests, at, logged: tested.logged, stopping },
    place: { ...at, turnId: "t", signal: new AbortController().signal },
    /** Says one more thing. */
    say: (content: string, index: number) => threads.addMessages(at, [entry(content, index)]),
    /** Until what runs in the background has ended. @throws what it threw. */
    settled: async () => {
      await Promise.all(tasks);
    },
  };
}
