import { SkeletonError } from "../../lib/errors.ts";
import { isObject } from "../../lib/is-object.ts";
import type { Json, JsonObject } from "../../protocols/json.ts";
import type { ChatMessage, ModelRequest, ToolCall, ToolSchema } from "../../protocols/model.ts";

/** What is said to the model by other means, or is ours to decide. */
const notSettings = new Set(["model", "messages", "stream", "stream_options", "tools", "n"]);

/**
 * For whom an answer is, and what it is booked under: this server knows, and tells it where that is switched on. Clients send
 * these without harm, so they are left out quietly; LiteLLM would book on whomever they name, and choose deployments by tags.
 */
const ofTheBooks = new Set(["user", "metadata", "litellm_metadata", "tags", "safety_identifier"]);

/**
 * By these LiteLLM and OpenRouter let a request name other models, endpoints and keys than those that it was looked at for:
 * whoever may use one model could use any.
 */
const waysAround = new Set([
  ...["models", "model_list", "fallbacks", "default_fallbacks", "context_window_fallbacks"],
  ...["content_policy_fallbacks", "route", "user_config", "router_settings_override", "custom_llm_provider"],
  ...["api_base", "base_url", "api_key", "api_version", "extra_body", "extra_headers"],
]);

/**
 * A chat completion's request as ours. Whatever is not known here goes upstream as a setting.
 * @throws `bad_input` for a message or tool that cannot be read, a setting that leads to other models, and more than one
 * answer.
 */
export function readRequest(body: Readonly<Record<string, unknown>>): Omit<ModelRequest, "model"> & {
  readonly model?: string;
} {
  const { model, messages, tools, n = 1 } = body;
  if (n !== 1 && n !== null)
    throw new SkeletonError("bad_input", "There is one answer to a request.", {
      hint: "Leave `n` out, and ask as often as you want answers.",
    });
  const settings = Object.entries(body).filter(([name]) => !notSettings.has(name) && !ofTheBooks.has(name));
  const around = settings.find(([name]) => waysAround.has(name))?.[0];
  if (around !== undefined)
    throw new SkeletonError("bad_input", `\`${around}\` cannot be chosen here.`, {
      hint: "Name one of GET /api/models as `model`.",
    });
  return {
    ...(typeof model === "string" && { model }),
    messages: (messages as readonly JsonObject[]).map(readMessage),
    ...(Array.isArray(tools) && tools.length > 0 && { tools: tools.map(readTool) }),
    settings: Object.fromEntries(settings) as Record<string, Json>,
  };
}

function readMessage(message: JsonObject, index: number): ChatMessage {
  const { role } = message;
  const content = textOf(message.content, index);
  if (role === "system" || role === "developer") return { role: "system", content };
  if (role === "user") return { role, content };
  if (role === "tool" && typeof message.tool_call_id === "string")
    return { role, content, tool_call_id: message.tool_call_id };
  if (role === "assistant") {
    const calls = Array.isArray(message.tool_calls) ? message.tool_calls.map(readCall) : [];
    return { role, content, ...(calls.length > 0 && { tool_calls: calls }) };
  }
  throw unreadable(`Message ${index} has a role that is not known.`);
}

function textOf(content: Json | undefined, index: number): string {
  if (typeof content === "string") return content;
  if (content === undefined || content === null) return "";
  const texts = Array.isArray(content) ? content.map((part) => (isObject(part) ? part.text : undefined)) : [];
  if (Array.isArray(content) && texts.every((text) => typeof text === "string")) return texts.join("");
  throw unreadable(`Message ${index} holds something that is no text.`);
}

function readCall(call: Json): ToolCall {
  const { id, function: called } = isObject(call) ? call : {};
  const { name, arguments: args } = isObject(called) ? called : {};
  if (typeof id === "string" && typeof name === "string" && typeof args === "string")
    return { id, name, arguments: args };
  throw unreadable("A tool call needs `id`, `function.name` and `function.arguments`.");
}

function readTool(tool: unknown): ToolSchema {
  const { function: named } = isObject(tool) ? tool : {};
  const { name, description = "", parameters = { type: "object" } } = isObject(named) ? named : {};
  if (typeof name === "string" && typeof description === "string" && isObject(parameters))
    return { name, description, parameters: parameters as JsonObject };
  throw unreadable("A tool needs `function.name`, and `function.parameters` as a JSON Schema.");
}

const unreadable = (message: string) =>
  new SkeletonError("bad_input", message, { hint: "Write it as the chat completions API does." });
