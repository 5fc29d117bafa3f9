import { contextPlugin } from "../../src/core/context/plugin.ts";
import { messageProcessorPlugin } from "../../src/core/processor/process-message.ts";
import { threadsPlugin } from "../../src/core/threads/plugin.ts";
import type { Config } from "../../src/protocols/config.ts";
import type { FunctionPlugin } from "../../src/protocols/function-plugin.ts";
import type { Functions } from "../../src/protocols/functions.ts";
import type { Turn } from "../../src/protocols/message-processor.ts";
import type { Model, ModelEvent, ModelInfo, ModelRequest } from "../../src/protocols/model.ts";
import type { CorePlugin } from "../../src/protocols/plugin.ts";
import type { SystemPrompts } from "../../src/protocols/system-prompts.ts";
import type { NewMessage } from "../../src/protocols/threads.ts";
import type { Tool, ToolContext } from "../../src/protocols/tool.ts";
import type { ToolOutcome, Tools } from "../../src/protocols/tools.ts";
import type { TurnEvent } from "../../src/protocols/turn-event.ts";
import { memoryStore } from "../../src/testkit/memory-store.ts";
import { countingIds, type DeepPartial, testClock, testHost } from "../../src/testkit/test-host.ts";
import { emptyTurn, foldTurn } from "../../src/turns/fold-turn.ts";
import { historyEntries } from "../../src/turns/history-entries.ts";

export const at = { userId: "ada", threadId: "t" };
export const timestamp = "2026-01-01T00:00:00.000Z";

export const entry = (id: string, role: NewMessage["role"], content: string): NewMessage => ({
  ...{ id, role, content, timestamp },
  type: "message_text",
});

export const word = (content: string) =>
  ({ event: "message_tokens", data: { content, model: "m" } }) as const;
export const thought = (content: string) =>
  ({ event: "thinking_tokens", data: { content, model: "m" } }) as const;
export const callOf = (id: string, name: string, args = "{}") =>
  ({ event: "tool_call", data: { id, name, arguments: args } }) as const;

/** A model that plays one list of batches a round, and notes what it was asked; asked more often it fails. */
export function playing(...rounds: readonly (readonly (readonly ModelEvent[])[])[]) {
  const requests: ModelRequest[] = [];
  const model: Model = {
    listModels: async () => ["m"],
    async *generate(request) {
      const round = rounds[requests.length];
      requests.push(request);
      if (round === undefined) throw new Error(`Nothing is scripted for round ${requests.length}.`);
      yield* round;
    },
  };
  return { model, requests };
}

/** A model that is asked once and says "ok"; with this known of it. */
export function noting(info: Partial<ModelInfo> = {}): ReturnType<typeof playing> {
  const { model, requests } = playing([[word("ok")]]);
  return { model: { ...model, listModels: async () => [{ id: "m", provider: "p", ...info }] }, requests };
}

type Run = (args: string, context: ToolContext) => AsyncGenerator<string, ToolOutcome>;

/** Tools by name, in place of the role's own plugin. One that is not there fails loudly. */
export function scriptedTools(
  runs: Readonly<Record<string, Run>>,
  more: Readonly<Record<string, Partial<Tool>>> = {},
): Tools {
  const tools = Object.keys(runs).map(
    (name): Tool => ({
      ...{ name, description: `Does ${name}.`, parameters: { type: "object" } },
      execute: () => Promise.reject(new Error("Tools are run by call().")),
      ...more[name],
    }),
  );
  return {
    getTools: async () => tools,
    async *call({ name, arguments: args }, context) {
      const run = runs[name];
      if (run === undefined) return { content: `Tool '${name}' not found.`, failed: true };
      return yield* run(args, context);
    },
    getProblems: async () => [],
  };
}

/** A tool that answers, after these lines. */
export const answering = (outcome: ToolOutcome | string, ...lines: readonly string[]): Run =>
  async function* () {
    yield* lines;
    return typeof outcome === "string" ? { content: outcome } : outcome;
  };

export type Script = {
  readonly model: Model;
  readonly tools?: Tools;
  /** In any order of priority. */
  readonly functions?: readonly FunctionPlugin[];
  /** The last one is the message to answer. */
  readonly entries?: readonly NewMessage[];
  readonly turn?: Partial<Turn>;
  readonly config?: DeepPartial<Config>;
};

/** The processor on a thread, with real history and context, and everything else scripted. */
export async function openProcessor({
  model,
  tools = scriptedTools({}),
  functions = [],
  entries = [entry("q", "user", "Hi")],
  turn: changes = {},
  config = {},
}: Script) {
  const store = memoryStore({ now: testClock().now, newId: countingIds() });
  const prompts: SystemPrompts = {
    getPrompt: async ({ key }) => ({ brief: "Be brief.", zero: "" })[key],
    listPrompts: async () => ({}),
    getAllPrompts: async () => ({}),
  };
  const sorted = functions.toSorted((one, other) => (other.priority ?? 0) - (one.priority ?? 0));
  const hooks: Functions = { getFunctions: async () => sorted, getProblems: async () => [] };
  const part = <R extends "store" | "model" | "system_prompt" | "tools" | "functions">(
    role: R,
    value: unknown,
  ): CorePlugin<R> => ({ role, name: `scripted ${role}`, create: () => value as never });
  const host = testHost({
    config,
    plugins: [
      part("store", store),
      part("model", model),
      part("system_prompt", prompts),
      part("tools", tools),
      part("functions", hooks),
      threadsPlugin,
      contextPlugin,
      messageProcessorPlugin,
    ],
  });
  const threads = await host.get("thread");
  await threads.createThread({ ...at, id: at.threadId, title: "", model: "m", systemPrompt: "default" });
  await threads.addMessages(at, entries);
  const messageId = changes.message?.id ?? entries.at(-1)?.id ?? "";
  const message = await threads.getMessage({ ...at, messageId });
  const asked = { ...at, turnId: "u", model: "m", systemPrompt: "default", settings: {} };
  const consent = () => Promise.reject(new Error("Nobody was to be asked."));
  const turn: Turn = { ...asked, consent, ...changes, message };
  return {
    host,
    threads,
    context: await host.get("context"),
    processor: await host.get("message_processor"),
    turn,
  };
}

export type Bench = Awaited<ReturnType<typeof openProcessor>>;

/** Everything it says, and with `settle` the history as the server would keep it. */
export async function run(
  { processor, turn, threads }: Bench,
  { signal = new AbortController().signal, settle = true } = {},
): Promise<readonly TurnEvent[]> {
  const events = (await Array.fromAsync(processor.processMessage(turn, signal))).flat();
  const entries = historyEntries(turn.turnId, foldTurn(events, emptyTurn));
  if (settle && entries.length > 0) await threads.addMessages(turn, entries, { parentId: turn.message.id });
  return events;
}

/** Events in short: text, and for a tool its id and line. */
export const inShort = (events: readonly TurnEvent[]): readonly string[] =>
  events.flatMap((event) => {
    switch (event.event) {
      case "message_tokens":
        return [event.data.content];
      case "thinking_tokens":
        return [`(${event.data.content})`];
      case "tool_call":
        return [`${event.data.call_id} calls ${event.data.name}`];
      case "tool_update":
        return [`${event.data.call_id}: ${event.data.content}`];
      case "tool_result":
        return [`${event.data.call_id} ${event.data.failed ? "failed" : "gave"} ${event.data.content}`];
      case "error":
        return [`! ${event.data.message}`];
      default:
        return [];
    }
  });
