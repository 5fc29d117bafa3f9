import type { ModelEvent, ToolCall } from "../../protocols/model.ts";

/** What the model says in one round. */
export type Hearing = {
  /** A batch as the model sent it. */
  hear(batch: readonly ModelEvent[]): void;
  /** The same batch as it is shown: filters may have rewritten it. */
  show(batch: readonly ModelEvent[]): void;
  /** What it said, before any filter. */
  readonly text: string;
  readonly reasoning: string;
  /** What the reader saw of the text. */
  readonly shown: string;
  /** What it wants done, as far as filters let it pass. */
  readonly calls: readonly ToolCall[];
};

export function hearRound(): Hearing {
  const heard = { text: "", reasoning: "", shown: "", calls: [] as ToolCall[] };
  return Object.assign(heard, {
    hear(batch: readonly ModelEvent[]) {
      for (const { event, data } of batch) {
        if (event === "message_tokens") heard.text += data.content;
        else if (event === "thinking_tokens") heard.reasoning += data.content;
      }
    },
    show(batch: readonly ModelEvent[]) {
      for (const { event, data } of batch) {
        if (event === "message_tokens") heard.shown += data.content;
        else if (event === "tool_call") heard.calls.push(data);
      }
    },
  });
}
