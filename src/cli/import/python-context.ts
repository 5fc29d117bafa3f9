import { createHash } from "node:crypto";
import type { ChatMessage, ToolCall } from "../../protocols/model.ts";

type Item = Readonly<Record<string, unknown>>;

/**
 * What the original's model saw of a thread, as it is kept there: messages of the chat completions API with fields of the
 * original's own. `undefined` when it cannot be read.
 */
export function readContext(text: string): readonly ChatMessage[] | undefined {
  let items: unknown;
  try {
    items = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(items)) return undefined;
  return items.flatMap((item: unknown) =>
    typeof item === "object" && item !== null ? messageOf(item as Item) : [],
  );
}

function messageOf(item: Item): readonly ChatMessage[] {
  const { role, tool_call_id } = item;
  const content = typeof item.content === "string" ? item.content : JSON.stringify(item.content ?? "");
  if (role === "user" || role === "system") return [{ role, content }];
  if (role === "tool") return typeof tool_call_id === "string" ? [{ role, tool_call_id, content }] : [];
  if (role !== "assistant") return [];
  const calls = Array.isArray(item.tool_calls) ? item.tool_calls.flatMap(callOf) : [];
  // After a failure the original kept an answer without a word; providers refuse those.
  if (item.content === null || content === "") {
    return calls.length === 0 ? [] : [{ role, content: "", tool_calls: calls }];
  }
  return [{ role, content, ...(calls.length > 0 && { tool_calls: calls }) }];
}

function callOf(call: unknown): readonly ToolCall[] {
  const { id, function: called } = (call ?? {}) as { readonly id?: unknown; readonly function?: Item };
  if (typeof id !== "string" || typeof called?.name !== "string") return [];
  return [{ id, name: called.name, arguments: typeof called.arguments === "string" ? called.arguments : "" }];
}

/** Tells whether two conversations say the same, however they are cut into messages, without holding either. */
export function conversationHash() {
  const hash = createHash("sha256");
  let speaker = "";
  return {
    add({ role, content }: { readonly role: string; readonly content: string }): void {
      if (role !== speaker || role === "user") hash.update(`\0${role}\0`);
      speaker = role;
      hash.update(content);
    },
    digest: () => hash.digest("base64"),
  };
}

/** Whether a context is what the history it belongs to says by itself. */
export function saysTheSame(context: readonly ChatMessage[], history: string): boolean {
  const own = conversationHash();
  for (const message of context) {
    if (message.role === "tool" || ("tool_calls" in message && message.tool_calls)) return false;
    own.add(message);
  }
  return own.digest() === history;
}
