import type { ModelEvent } from "../../protocols/model.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";

/** What a model said in one batch, as events of the turn; they share the batch's time. */
export function turnEvents(
  batch: readonly ModelEvent[],
  model: string,
  timestamp: string,
): readonly TurnEvent[] {
  // most batches are one token, and an array that grows by `push` takes room for seventeen
  const told = batch.map((event) => turnEvent(event, model, timestamp));
  return told.includes(undefined) ? told.filter((event) => event !== undefined) : (told as TurnEvent[]);
}

function turnEvent(event: ModelEvent, model: string, timestamp: string): TurnEvent | undefined {
  switch (event.event) {
    case "message_tokens":
    case "thinking_tokens":
      return {
        event: event.event,
        data: { content: event.data.content, timestamp, model: event.data.model },
      };
    case "progress":
      return { event: "progress", data: { ...event.data, timestamp } };
    case "usage":
      return { event: "usage", data: { ...event.data, model, timestamp } };
    case "tool_call": // said when it runs
    case "finish":
      return undefined;
    default:
      event satisfies never; // a newer model plugin may say more
      return undefined;
  }
}
