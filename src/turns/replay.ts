import { given } from "../lib/given.ts";
import { planCallId } from "../lib/plan-answer.ts";
import type { BusBatch } from "../protocols/bus.ts";
import type { Host } from "../protocols/plugin.ts";
import type { ThreadMessage } from "../protocols/threads.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import type { TurnMeta } from "./history-entries.ts";
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
    ...toldOf(said),
    ...(turn.error === undefined ? [] : [errorOf(turn, turn.error, timestamp)]),
    {
      event: "stream_end",
      data: turn.state === "interrupted" ? { timestamp, interrupted: true } : { timestamp },
    },
  ];
  yield { firstId: 1, data: events.map((event) => JSON.stringify(event)) };
}

const errorOf = (
  { errorCode, upstreamStatus }: TurnRecord,
  message: string,
  timestamp: string,
): TurnEvent => ({
  event: "error",
  data: { message, ...given({ code: errorCode, upstream_status: upstreamStatus }), timestamp },
});

/** What the entries say, and the plan behind its words as it stood in the end. */
function toldOf(said: readonly ThreadMessage[]): readonly TurnEvent[] {
  const events = said.map(eventOf);
  const plan = (said.at(-1)?.meta?.turn as TurnMeta | undefined)?.plan;
  if (plan === undefined) return events;
  const made = said.findLastIndex(({ role }) => role === "plan");
  const timestamp = (said[made] ?? said[0])?.timestamp ?? "";
  const { consent, ...rest } = plan;
  const word = { call_id: planCallId, approved: consent === "approved", timestamp };
  return events.toSpliced(
    made + 1,
    0,
    { event: "plan", data: { ...rest, timestamp } },
    ...(consent === undefined || consent === "asked" ? [] : [{ event: "approval" as const, data: word }]),
  );
}

function eventOf({ role, content, timestamp, model = "", callId = "" }: ThreadMessage): TurnEvent {
  if (role === "tool") return { event: "tool_update", data: { call_id: callId, content, timestamp } };
  const event = role === "thinking" ? "thinking_tokens" : role === "plan" ? "plan_tokens" : "message_tokens";
  return { event, data: { content, timestamp, model } };
}
