import type { Json } from "../../../protocols/json.ts";
import type { ChatMessage, ModelRequest } from "../../../protocols/model.ts";

/** The body of a request for a streamed chat completion: what the API defines, and the settings as they are. */
export function wireRequest(request: ModelRequest): Record<string, Json | undefined> {
  return {
    ...request.settings,
    model: request.model,
    messages: request.messages.map(wireMessage),
    stream: true,
    stream_options: { include_usage: true },
    ...(request.tools !== undefined &&
      request.tools.length > 0 && {
        tools: request.tools.map(({ name, description, parameters }) => ({
          type: "function",
          function: { name, description, parameters },
        })),
      }),
  };
}

/** Other keys a message may have, such as its id in our context, are ours and stay here. */
function wireMessage(message: ChatMessage): Json {
  const { role, content } = message;
  if (role === "tool") return { role, tool_call_id: message.tool_call_id, content };
  if (role !== "assistant") return { role, content };
  const { tool_calls: calls, reasoning_content: reasoning } = message;
  return {
    role,
    content,
    ...(reasoning !== undefined && { reasoning_content: reasoning }),
    ...(calls !== undefined &&
      calls.length > 0 && {
        tool_calls: calls.map((call) => ({
          id: call.id,
          type: "function",
          function: { name: call.name, arguments: call.arguments },
        })),
      }),
  };
}
