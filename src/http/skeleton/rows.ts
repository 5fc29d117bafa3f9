import { given } from "../../lib/given.ts";
import type { TurnRecord } from "../../turns/turn-records.ts";

/** How the last turn of a thread went, and who answered in it. */
export function lastTurnRow(turn: TurnRecord) {
  const { turnId, messageId, state, error, errorCode, upstreamStatus, cutBy, model, systemPrompt } = turn;
  return {
    ...{ turn_id: turnId, message_id: messageId, state, model, system_prompt: systemPrompt },
    ...given({ error, error_code: errorCode, upstream_status: upstreamStatus, cut_by: cutBy }),
  };
}
