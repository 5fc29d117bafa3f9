import type { Model, ModelEvent, ModelRequest } from "../../protocols/model.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";

/** One model call: what it says, as events of the turn, in the batches in which it came. */
export async function* answer(
  model: Model,
  request: ModelRequest,
  now: () => Date,
  signal: AbortSignal,
): AsyncGenerator<readonly TurnEvent[], void> {
  for await (const batch of model.generate(request, signal)) {
    const timestamp = now().toISOString(); // once a batch: formatting a date costs more than a token
    const events: TurnEvent[] = [];
    for (const event of batch) {
      const told = turnEvent(event, request.model, timestamp);
      if (told) events.push(told);
    }
    if (events.length > 0) yield events;
  }
}

function turnEvent(event: ModelEvent, model: string, timestamp: string): TurnEvent | undefined {
  switch (event.event) {
    case "message_tokens":
    case "thinking_tokens":
      return {
        event: event.event,
        data: { content: event.data.content, timestamp, model: event.data.model },
      };
    case "tool_call": {
      const { id, name, arguments: args } = event.data;
      return { event: "tool_call", data: { call_id: id, name, arguments: args, timestamp } };
    }
    case "usage":
      return { event: "usage", data: { ...event.data, model, timestamp } };
    case "finish":
      return undefined;
    default:
      event satisfies never; // a newer model plugin may say more
      return undefined;
  }
}
