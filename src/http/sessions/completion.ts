import type { ModelEvent, ToolCall, Usage } from "../../protocols/model.ts";

/** A completion that was begun. */
export type Asked = {
  readonly id: string;
  readonly model: string;
  readonly batches: AsyncIterable<readonly ModelEvent[]>;
};

/** A whole answer in the form of the chat completions API. */
export async function completion({ id, model, batches }: Asked, now: Date) {
  let [content, reasoning, answered, reason] = ["", "", model, "stop"];
  const calls: ToolCall[] = [];
  let usage: Usage | undefined;
  for await (const batch of batches) {
    for (const { event, data } of batch) {
      if (event === "message_tokens") {
        content += data.content;
        answered = data.model;
      } else if (event === "thinking_tokens") reasoning += data.content;
      else if (event === "tool_call") calls.push(data);
      else if (event === "usage") usage = data;
      else if (event === "finish") reason = data.reason;
    }
  }
  const message = {
    role: "assistant",
    content,
    ...(reasoning !== "" && { reasoning_content: reasoning }),
    ...(calls.length > 0 && { tool_calls: calls.map(wireCall) }),
  };
  return {
    ...{ id, object: "chat.completion", created: Math.floor(now.getTime() / 1000), model: answered },
    choices: [{ index: 0, message, finish_reason: reason }],
    ...(usage !== undefined && { usage }),
  };
}

export const wireCall = ({ id, name, arguments: args }: ToolCall, index = 0) => ({
  ...{ index, id, type: "function" },
  function: { name, arguments: args },
});
