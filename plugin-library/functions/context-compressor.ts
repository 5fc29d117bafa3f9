/*
 * Lets conversations go on beyond the model's window: when what the model is shown gets long, everything but the last few
 * exchanges is summed up, in the background, by the conversation's own model. The history keeps every word, and
 * regenerating the context brings it back to the model.
 *
 * It works on a copy while the conversation goes on, and gives up when somebody changed the context meanwhile; messages
 * that were added meanwhile stay as they are.
 */
import type { ContextMessage } from "../../src/protocols/context.ts";
import type { FunctionPlugin } from "../../src/protocols/function-plugin.ts";
import type { ChatMessage } from "../../src/protocols/model.ts";
import type { Host } from "../../src/protocols/plugin.ts";
import type { ThreadAt } from "../../src/protocols/threads.ts";

/** How full the model's window may get, as a share of it; some four characters are a token. */
const fullShare = 0.6;
/** Where the model's window is not known, in tokens. */
const usualWindow = 16_000;
const keptExchanges = 3;
const limitMs = 180_000;

const instructions =
  "Sum up the conversation below for yourself, so that you can go on with it without having the words. Keep facts, names, numbers, decisions, open questions, code that still matters and what the user wants, in the language of the conversation. Answer with the summary alone.";
const request = "Sum up what we have talked about so far.";

let host: Host;
const running = new Set<string>();

async function compress(at: ThreadAt, signal: AbortSignal): Promise<void> {
  const [context, threads] = await Promise.all([host.get("context"), host.get("thread")]);
  const before = await context.getMutationCount(at);
  const messages = await context.getContext(at);
  const { model } = await threads.getThread(at);
  if (tokensOf(messages) < (await windowOf(model)) * fullShare) return;
  const old = oldPart(messages);
  const [first, last] = [old[0], old.at(-1)];
  if (first === undefined || last === undefined || old.length <= 2) return;
  const summary = await sumUp(model, old, at.userId, signal);
  if (summary === "" || (await context.getMutationCount(at)) !== before) return;
  // The summary first: cut off in between, the model sees something twice and misses nothing.
  await context.updateMessage({ ...at, messageId: last.id }, { content: summary });
  await context.updateMessage({ ...at, messageId: first.id }, { content: request });
  await context.removeMessages({ ...at, messageIds: old.slice(1, -1).map(({ id }) => id) });
  host.log.info({ threadId: at.threadId, messages: old.length }, "context_compressor: summed up");
}

/** From a user's message to an answer, so that what is left of it is an exchange, before the exchanges to keep. */
function oldPart(messages: readonly ContextMessage[]): readonly ContextMessage[] {
  const asked = messages.flatMap(({ role }, at) => (role === "user" ? [at] : []));
  const old = messages.slice(asked[0] ?? 0, asked.at(-keptExchanges) ?? 0);
  const end = old.findLastIndex((message) => message.role === "assistant" && !message.tool_calls?.length);
  // What comes after the last answer, for example a question that was cut short, stays with what is kept.
  return old[0]?.role === "user" ? old.slice(0, end + 1) : [];
}

async function sumUp(model: string, old: readonly ContextMessage[], userId: string, signal: AbortSignal) {
  const text = old.map((message) => `${message.role}: ${message.content}`).join("\n\n");
  const messages: readonly ChatMessage[] = [
    { role: "system", content: instructions },
    { role: "user", content: text },
  ];
  const models = await host.get("model");
  const limited = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  let summary = "";
  for await (const batch of models.generate({ model, messages, userId }, limited))
    for (const { event, data } of batch) if (event === "message_tokens") summary += data.content;
  return summary.trim();
}

const tokensOf = (messages: readonly ContextMessage[]): number =>
  messages.reduce((sum, { content }) => sum + content.length / 4, 0);

async function windowOf(model: string): Promise<number> {
  const all = await (await host.get("model")).listModels();
  const known = all.find((each) => typeof each !== "string" && each.id === model);
  return (typeof known === "object" ? known.contextWindow : undefined) ?? usualWindow;
}

export default {
  name: "context_compressor",
  start(given) {
    host = given;
  },
  postCall(message, { userId, threadId }) {
    if (message.role !== "assistant" || message.tool_calls?.length || running.has(threadId)) return undefined;
    running.add(threadId);
    host.background("context_compressor", async (signal) => {
      try {
        await compress({ userId, threadId }, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        host.log.warn({ err: error, threadId }, "context_compressor: not summed up this time");
      } finally {
        running.delete(threadId);
      }
    });
    return undefined;
  },
} satisfies FunctionPlugin;
