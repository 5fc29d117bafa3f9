import type { Usage } from "../protocols/model.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";

/** A stretch of one voice: it becomes one history entry. */
export type Segment = {
  readonly role: "assistant" | "thinking" | "tool";
  readonly content: string;
  /** When it began. */
  readonly timestamp: string;
  readonly model?: string;
  readonly callId?: string;
};

/** What a reader sees of a turn. */
export type TurnView = {
  readonly state: "running" | "done" | "failed" | "interrupted";
  readonly segments: readonly Segment[];
  readonly error?: string;
  /** Oldest messages that the model was not shown. */
  readonly leftOut: number;
  readonly usage?: Usage;
};

export const emptyTurn: TurnView = { state: "running", segments: [], leftOut: 0 };

/** Adds events to a view. Live, checkpointed or replayed, in whatever batches, the answer is the same. */
export const foldTurn = (events: readonly TurnEvent[], from: TurnView = emptyTurn): TurnView =>
  joined(events).reduce(step, from);

type Tokens = Extract<TurnEvent, { readonly event: "message_tokens" | "thinking_tokens" }>;

/** Neighbouring tokens of one voice as one event: a step copies the view, and one a stretch is enough. */
function joined(events: readonly TurnEvent[]): readonly TurnEvent[] {
  if (events.length < 2) return events;
  const stretches: TurnEvent[] = [];
  let last: Tokens | undefined;
  let content = "";
  const finish = () => {
    if (last !== undefined) stretches.push({ event: last.event, data: { ...last.data, content } });
    last = undefined;
  };
  for (const event of events) {
    if (event.event !== "message_tokens" && event.event !== "thinking_tokens") {
      finish();
      stretches.push(event);
    } else if (last?.event === event.event && last.data.model === event.data.model) {
      content += event.data.content;
    } else {
      finish();
      last = event;
      content = event.data.content;
    }
  }
  finish();
  return stretches;
}

function step(view: TurnView, event: TurnEvent): TurnView {
  switch (event.event) {
    case "message_tokens":
      return say(view, "assistant", event.data);
    case "thinking_tokens":
      return say(view, "thinking", event.data);
    case "tool_update": {
      const { call_id: callId, content, timestamp } = event.data;
      return { ...view, segments: [...view.segments, { role: "tool", content, timestamp, callId }] };
    }
    case "context":
      return { ...view, leftOut: event.data.left_out };
    case "usage":
      return { ...view, usage: event.data };
    case "error":
      return { ...view, state: "failed", error: event.data.message };
    case "stream_end":
      if (view.state === "failed") return view;
      return { ...view, state: event.data.interrupted ? "interrupted" : "done" };
    case "thread_id":
    // A call and its result are told to the reader by the lines of `tool_update` around them.
    case "tool_call":
    case "tool_result":
    case "file":
      return view;
    default:
      event satisfies never; // ours must be handled; a newer server's is skipped
      return view;
  }
}

function say(
  view: TurnView,
  role: "assistant" | "thinking",
  data: { readonly content: string; readonly timestamp: string; readonly model: string },
): TurnView {
  if (data.content === "") return view;
  const last = view.segments.at(-1);
  if (last?.role === role && last.model === data.model) {
    return { ...view, segments: view.segments.with(-1, { ...last, content: last.content + data.content }) };
  }
  const { content, timestamp, model } = data;
  return { ...view, segments: [...view.segments, { role, content, timestamp, model }] };
}
