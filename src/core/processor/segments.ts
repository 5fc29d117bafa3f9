import type { TurnEvent } from "../../protocols/turn-event.ts";

type Voice = "assistant" | "thinking" | "plan" | "tool";

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
  let last: Voice | undefined;
  let model: string | undefined;
  function say(voice: Voice, by?: string): void {
    if (voice !== "tool" && last === voice && model === by) return;
    voices.push(voice);
    last = voice;
    model = by;
  }
  return {
    voices,
    hear(events) {
      for (const event of events) {
        if (event.event === "tool_update") say("tool");
        else if (event.event === "message_tokens" && event.data.content !== "")
          say("assistant", event.data.model);
        else if (event.event === "thinking_tokens" && event.data.content !== "")
          say("thinking", event.data.model);
        else if (event.event === "plan_tokens" && event.data.content !== "") say("plan", event.data.model);
      }
    },
  };
}
