import type { ChatHistoryItem, ChatModelResponse } from "node-llama-cpp";
import type { ChatMessage } from "../../../../protocols/model.ts";

type Said = ChatModelResponse["response"][number];

/**
 * Messages as node-llama-cpp has them: everything an assistant said in a row is one item, and a call has its result in
 * itself. A call that was never answered is left out, as is a result that nothing asked for.
 */
export function chatHistory(messages: readonly ChatMessage[]): ChatHistoryItem[] {
  const results = new Map(
    messages.flatMap((message) => (message.role === "tool" ? [[message.tool_call_id, message.content]] : [])),
  );
  const history: ChatHistoryItem[] = [];
  for (const message of messages) {
    const { role, content } = message;
    if (role === "tool") continue;
    if (role !== "assistant") {
      history.push({ type: role, text: content });
      continue;
    }
    const said: Said[] = [];
    const { reasoning_content: reasoning = "", tool_calls: calls = [] } = message;
    if (reasoning !== "")
      said.push({ type: "segment", segmentType: "thought", text: reasoning, ended: true });
    if (content !== "") said.push(content);
    for (const [index, call] of calls.entries()) {
      const result = results.get(call.id);
      if (result === undefined) continue;
      said.push({
        type: "functionCall",
        name: call.name,
        params: argumentsOf(call.arguments),
        result,
        startsNewChunk: index === 0,
      });
    }
    const last = history.at(-1);
    if (last?.type === "model") last.response.push(...said);
    else history.push({ type: "model", response: said });
  }
  return history;
}

/** The model's own text where it is no JSON: it sees what it wrote. */
function argumentsOf(text: string): unknown {
  try {
    return text.trim() === "" ? {} : JSON.parse(text);
  } catch {
    return text;
  }
}
