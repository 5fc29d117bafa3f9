import assert from "node:assert/strict";
import { test } from "node:test";
import { chatHistory } from "./chat-history.ts";

test("a turn with calls is one item, each call with its result, and one without a result is left out", () => {
  assert.deepEqual(
    chatHistory([
      { role: "system", content: "Be kind." },
      { role: "user", content: "What time is it?" },
      {
        role: "assistant",
        content: "Let me see.",
        reasoning_content: "A clock will know.",
        tool_calls: [
          { id: "1", name: "clock", arguments: '{"zone":"UTC"}' },
          { id: "2", name: "calendar", arguments: "not json" },
          { id: "3", name: "lost", arguments: "" },
        ],
      },
      { role: "tool", tool_call_id: "2", content: "Monday" },
      { role: "tool", tool_call_id: "1", content: "noon" },
      { role: "assistant", content: "Noon." },
    ]),
    [
      { type: "system", text: "Be kind." },
      { type: "user", text: "What time is it?" },
      {
        type: "model",
        response: [
          { type: "segment", segmentType: "thought", text: "A clock will know.", ended: true },
          "Let me see.",
          {
            type: "functionCall",
            name: "clock",
            params: { zone: "UTC" },
            result: "noon",
            startsNewChunk: true,
          },
          {
            type: "functionCall",
            name: "calendar",
            params: "not json",
            result: "Monday",
            startsNewChunk: false,
          },
          "Noon.",
        ],
      },
    ],
  );
});
