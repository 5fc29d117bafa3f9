import type { ChatMessage, ModelRequest, ModelSettings } from "../../../protocols/model.ts";

/** Settings with a name of their own in the AI SDK's calls. */
const known: Readonly<Record<string, string>> = {
  temperature: "temperature",
  top_p: "topP",
  top_k: "topK",
  max_tokens: "maxOutputTokens",
  max_completion_tokens: "maxOutputTokens",
  presence_penalty: "presencePenalty",
  frequency_penalty: "frequencyPenalty",
  seed: "seed",
};

/**
 * The options of `doStream`. What the specification has no name for goes to the provider as an option of its own,
 * in camelCase as its packages want it; `reasoning_effort` is a call option since v4 and a provider's before.
 */
export function sdkRequest(
  request: ModelRequest,
  to: { readonly specificationVersion: string; readonly provider: string },
): Record<string, unknown> {
  const { options, own } = sortSettings(request.settings ?? {}, to.specificationVersion);
  const tools = (request.tools ?? []).map(({ name, description, parameters }) => ({
    type: "function",
    name,
    description,
    inputSchema: parameters,
  }));
  return {
    prompt: sdkPrompt(request.messages),
    ...options,
    ...(tools.length > 0 && { tools }),
    ...(Object.keys(own).length > 0 && {
      providerOptions: { [to.provider.split(".")[0] ?? to.provider]: own },
    }),
  };
}

function sortSettings(settings: ModelSettings, version: string) {
  const options: Record<string, unknown> = {};
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(settings)) {
    const call = known[name];
    if (call !== undefined) options[call] = value;
    else if (name === "stop") options.stopSequences = Array.isArray(value) ? value : [value];
    else if (name === "reasoning_effort" && version !== "v2" && version !== "v3") options.reasoning = value;
    else own[name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())] = value;
  }
  return { options, own };
}

function sdkPrompt(messages: readonly ChatMessage[]): readonly unknown[] {
  const toolNames = new Map<string, string>();
  return messages.map((message) => {
    if (message.role === "tool") {
      const { tool_call_id: toolCallId, content } = message;
      const toolName = toolNames.get(toolCallId) ?? "unknown";
      const output = { type: "text", value: content };
      return { role: "tool", content: [{ type: "tool-result", toolCallId, toolName, output }] };
    }
    if (message.role !== "assistant") {
      const { role, content } = message;
      return { role, content: role === "system" ? content : [{ type: "text", text: content }] };
    }
    const calls = message.tool_calls ?? [];
    for (const { id, name } of calls) toolNames.set(id, name);
    const { content: text, reasoning_content: reasoning = "" } = message;
    return {
      role: "assistant",
      content: [
        ...(reasoning === "" ? [] : [{ type: "reasoning", text: reasoning }]),
        ...(text === "" ? [] : [{ type: "text", text }]),
        ...calls.map(({ id, name, arguments: input }) => ({
          type: "tool-call",
          toolCallId: id,
          toolName: name,
          input: argumentsOf(input),
        })),
      ],
    };
  });
}

/** Providers want an object; text that is none is handed on under a name that says so. */
function argumentsOf(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // told below, as any other text
  }
  return { invalid_arguments: text };
}
