import type { CorePlugin } from "../../src/protocols/plugin.ts";

const timestamp = "2026-01-01T00:00:00.000Z";

/** A message processor whose turn calls two tools, counts its tokens, and waits in the second tool until it is stopped. */
export const toolTalkerPlugin: CorePlugin<"message_processor"> = {
  role: "message_processor",
  name: "tool-talker",
  priority: 10,
  create: () => ({
    async *processMessage(_turn, signal) {
      yield [
        { event: "message_tokens", data: { content: "Let me look.", timestamp, model: "m" } },
        { event: "usage", data: { prompt_tokens: 3, completion_tokens: 2, model: "m", timestamp } },
        { event: "tool_call", data: { call_id: "a", name: "look", arguments: '{"at":"bone"}', timestamp } },
        { event: "tool_result", data: { call_id: "a", content: "24 ribs", timestamp } },
        { event: "tool_call", data: { call_id: "b", name: "count", arguments: "{}", timestamp } },
      ];
      await new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    },
  }),
};
