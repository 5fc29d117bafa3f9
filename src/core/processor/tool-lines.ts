import type { ToolCall } from "../../protocols/model.ts";
import type { ToolOutcome } from "../../protocols/tools.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";

/** Characters of a result in its line; the whole of it is in `tool_result` and in the context. */
const shownOfResult = 250;
/** Characters of any other line: arguments may be whole files. The history keeps as much of a call. */
const shownOfLine = 20_000;

const update = (callId: string, content: string, timestamp: string): TurnEvent => ({
  event: "tool_update",
  data: { call_id: callId, content: cut(content, shownOfLine), timestamp },
});

/** A tool is about to run. */
export const calling = ({ id, name, arguments: args }: ToolCall, timestamp: string): readonly TurnEvent[] => [
  { event: "tool_call", data: { call_id: id, name, arguments: args, timestamp } },
  update(id, `🔧 Calling ${name}(${args})`, timestamp),
];

export const progress = ({ id, name }: ToolCall, text: string, timestamp: string): readonly TurnEvent[] => [
  update(id, `${name}: ${text}`, timestamp),
];

/** A tool has run. */
export const called = (
  { id, name }: ToolCall,
  { content, failed }: ToolOutcome,
  timestamp: string,
): readonly TurnEvent[] => [
  { event: "tool_result", data: { call_id: id, content, ...(failed && { failed }), timestamp } },
  update(id, failed ? `❌ ${name}: ${content}` : `✅ ${name}: ${cut(content, shownOfResult)}`, timestamp),
];

/** At most `most` characters, `...` as the last three of a text that is longer; no character is halved. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 3).replace(/[\ud800-\udbff]$/, "")}...`;
}
