import { given } from "../../lib/given.ts";
import type { PreCall } from "../../protocols/function-plugin.ts";
import type { ChatMessage, ModelEvent } from "../../protocols/model.ts";

/*
 * What hooks answer comes from code that nobody type-checked: it is looked at before it goes anywhere. Each throws a
 * sentence that says what is wrong with it.
 */

/** What `preCall` wants different, of what may be. */
export function checkPreCall(call: PreCall, changes: Partial<PreCall>): Partial<PreCall> {
  if (typeof changes !== "object" || changes === null)
    throw new Error("preCall returned something that is not an object");
  const { message, model, systemPrompt, tools } = changes;
  if (message !== undefined) checkMessage("preCall", call.message.role, message);
  if (model !== undefined && (typeof model !== "string" || model === ""))
    throw new Error("preCall returned a model that is not a name");
  if (systemPrompt !== undefined && typeof systemPrompt !== "string")
    throw new Error("preCall returned a systemPrompt that is not a text");
  if (tools !== undefined && !(Array.isArray(tools) && tools.every(isSchema)))
    throw new Error("preCall returned tools that are not a list of { name, description, parameters }");
  return given({ message, model, systemPrompt, tools });
}

/** What `filterStream` shows instead; `null` shows nothing. */
export function checkBatch(events: readonly ModelEvent[] | null): readonly ModelEvent[] {
  if (events === null) return [];
  if (!Array.isArray(events) || !events.every(isEvent))
    throw new Error("filterStream returned something that is not a list of events");
  return events;
}

/** What `postCall` puts into the context. */
export function checkAnswer(message: ChatMessage): ChatMessage {
  checkMessage("postCall", "assistant", message);
  return message;
}

function checkMessage(hook: string, role: ChatMessage["role"], message: unknown): void {
  const { role: given, content } = (message ?? {}) as { role?: unknown; content?: unknown };
  if (given !== role || typeof content !== "string")
    throw new Error(`${hook} returned a message that is not { role: "${role}", content: <text> }`);
}

const isSchema = (tool: unknown): boolean => {
  const { name, parameters } = (tool ?? {}) as { name?: unknown; parameters?: unknown };
  return typeof name === "string" && typeof parameters === "object" && parameters !== null;
};

/** What each event that goes further must say, as text. */
const texts: Readonly<Record<string, readonly string[]>> = {
  message_tokens: ["content", "model"],
  thinking_tokens: ["content", "model"],
  tool_call: ["id", "name", "arguments"],
};

const isEvent = (event: unknown): boolean => {
  const { event: kind, data } = (event ?? {}) as { event?: unknown; data?: unknown };
  if (typeof kind !== "string" || typeof data !== "object" || data === null) return false;
  return (texts[kind] ?? []).every((key) => typeof Reflect.get(data, key) === "string");
};
