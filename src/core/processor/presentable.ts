import type { ContextMessage } from "../../protocols/context.ts";
import type { ChatMessage, ToolCall } from "../../protocols/model.ts";

/**
 * Messages as any model takes them. Upstreams refuse a call without its result, a result without its call, and
 * arguments that are not JSON; a turn that was stopped or killed, a compressor, or the model itself may leave any of these.
 */
export function presentable(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const shown: ChatMessage[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role === "tool") continue; // shown with its call
    if (message.role !== "assistant" || !message.tool_calls?.length) {
      shown.push(message);
      continue;
    }
    const results = resultsAfter(messages, index);
    shown.push({ ...message, tool_calls: message.tool_calls.map(readable) });
    for (const { id } of message.tool_calls) shown.push(results.get(id) ?? unfinished(id));
  }
  return shown;
}

function resultsAfter(messages: readonly ChatMessage[], at: number): ReadonlyMap<string, ChatMessage> {
  const results = new Map<string, ChatMessage>();
  for (const message of messages.slice(at + 1)) {
    if (message.role !== "tool") break;
    results.set(message.tool_call_id, message);
  }
  return results;
}

const unfinished = (id: string): ChatMessage => ({
  role: "tool",
  tool_call_id: id,
  content: "There is no result: the turn was cut short. The tool may or may not have done its work.",
});

/** What is wrong with unreadable arguments is said in the call's result. */
function readable(call: ToolCall): ToolCall {
  try {
    JSON.parse(call.arguments);
    return call;
  } catch {
    return { ...call, arguments: "{}" };
  }
}

/** An answer and the rest that was given later as one: many chat templates want the roles to alternate. */
export function inTurns<M extends ContextMessage>(messages: readonly M[]): readonly M[] {
  const said: M[] = [];
  for (const message of messages) {
    const last = said.at(-1);
    if (message.role === "assistant" && last?.role === "assistant" && !last.tool_calls) {
      said[said.length - 1] = { ...message, id: last.id, content: last.content + message.content };
    } else said.push(message);
  }
  return said;
}

/** Without our ids; with reasoning only where `keeps` says so. */
export function bare(
  messages: readonly ContextMessage[],
  keeps: (id: string) => boolean,
): readonly ChatMessage[] {
  return messages.map((message) => {
    // Nearly all of a long conversation; to leave a key out of an object costs ten times as much as making one.
    if (message.role === "user") return { role: message.role, content: message.content };
    if (isPlain(message)) return { role: "assistant", content: message.content };
    const { id, ...said } = message;
    if (said.role !== "assistant" || keeps(id)) return said;
    const { reasoning_content: _, ...spoken } = said;
    return spoken;
  });
}

/** An answer in words alone. */
const isPlain = (message: ChatMessage): boolean =>
  message.role === "assistant" && message.tool_calls === undefined && message.reasoning_content === undefined;
