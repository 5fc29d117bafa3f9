import type { BusBatch } from "../protocols/bus.ts";
import type { Host } from "../protocols/plugin.ts";
import type { ThreadMessage } from "../protocols/threads.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import type { TurnRecord } from "./turn-records.ts";

/** A turn that is over, told again from the history: the same text, in as few events as it takes. */
export async function* replayTurn(
  host: Host,
  userId: string,
  turn: TurnRecord,
): AsyncGenerator<BusBatch, void> {
  const threads = await host.get("thread");
  const at = { userId, threadId: turn.threadId };
  const branch = await threads.getThreadMessages(at);
  const said = branch.filter((message) => message.turnId === turn.turnId);
  const timestamp = said.at(-1)?.timestamp ?? host.now().toISOString();
  const events: readonly TurnEvent[] = [
    {
      event: "thread_id",
      data: {
        thread_id: turn.threadId,
        timestamp: said[0]?.timestamp ?? timestamp,
        turn_id: turn.turnId,
        message_id: turn.messageId,
      },
    },
    ...said.map(eventOf),
    ...(turn.error === undefined ? [] : [errorOf(turn.error, turn.errorCode, timestamp)]),
    {
      event: "stream_end",
      data: turn.state === "interrupted" ? { timestamp, interrupted: true } : { timestamp },
    },
  ];
  yield { firstId: 1, data: events.map((event) => JSON.stringify(event)) };
}

const errorOf = (message: string, code: string | undefined, timestamp: string): TurnEvent => ({
  event: "error",
  data: { message, ...(code === undefined ? {} : { code }), timestamp },
});

function eventOf({ role, content, timestamp, model = "", callId = "" }: ThreadMessage): TurnEvent {
  if (role === "tool") return { event: "tool_update", data: { call_id: callId, content, timestamp } };
  const event = role === "thinking" ? "thinking_tokens" : role === "plan" ? "plan_tokens" : "message_tokens";
  return { event, data: { content, timestamp, model } };
}
