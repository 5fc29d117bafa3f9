import type { TurnEvent } from "../../protocols/turn-event.ts";

type Voice = "assistant" | "thinking" | "tool";

/**
 * The stretches of one voice that a turn has said so far. Each becomes one entry of the history, in this order, so
 * whatever goes into the context can be given the id of the entry it will belong to.
 */
export type Segments = {
  readonly voices: readonly Voice[];
  hear(events: readonly TurnEvent[]): void;
};

export function countSegments(): Segments {
  const voices: Voice[] = [];
  let model: string | undefined;
  function say(voice: Voice, by?: string): void {
    if (voice !== "tool" && voices.at(-1) === voice && model === by) return;
    voices.push(voice);
    model = by;
  }
  return {
    voices,
    hear(events) {
      for (const { event, data } of events) {
        if (event === "tool_update") say("tool");
        else if (event !== "message_tokens" && event !== "thinking_tokens") continue;
        else if (data.content !== "") say(event === "message_tokens" ? "assistant" : "thinking", data.model);
      }
    },
  };
}
