import type { ModelEvent, ToolCall } from "../../protocols/model.ts";

/** What the model says in one round. */
export type Hearing = {
  /** A batch as the model sent it. */
  hear(batch: readonly ModelEvent[]): void;
  /** What it said. */
  text(): string;
  reasoning(): string;
  /** What it wants done. */
  readonly calls: readonly ToolCall[];
  /** Whether it was cut off: no room was left, or its provider would have no more. */
  cutOff(): boolean;
};

const cuts: readonly string[] = ["length", "content_filter"];

export function hearRound(): Hearing {
  const text = collect();
  const reasoning = collect();
  const calls: ToolCall[] = [];
  let reason = "";
  return {
    hear(batch) {
      for (const event of batch) {
        if (event.event === "message_tokens") text.add(event.data.content);
        else if (event.event === "thinking_tokens") reasoning.add(event.data.content);
        else if (event.event === "tool_call") calls.push(event.data);
        else if (event.event === "finish") reason = event.data.reason;
      }
    },
    text: text.whole,
    reasoning: reasoning.whole,
    calls,
    cutOff: () => cuts.includes(reason),
  };
}

/** Text out of very many pieces. A string that grows by `+=` keeps a node a token for as long as the answer runs. */
function collect(): { add(piece: string): void; whole(): string } {
  let text = "";
  let pieces: string[] = [];
  function whole(): string {
    text += pieces.join("");
    pieces = [];
    return text;
  }
  return {
    add(piece) {
      if (pieces.push(piece) === 256) whole();
    },
    whole,
  };
}
