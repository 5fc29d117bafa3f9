import type { NewMessage } from "../protocols/threads.ts";
import type { TurnView } from "./fold-turn.ts";

/**
 * What a turn said, as history entries. Their ids follow from the turn's, so appending them again after a crash
 * doubles nothing. `incomplete` marks the last one as cut short.
 */
export const historyEntries = (
  turnId: string,
  { segments }: TurnView,
  incomplete: boolean,
): readonly NewMessage[] =>
  segments.map(({ role, content, timestamp, model, callId }, index) => ({
    id: `${turnId}.${index}`,
    role,
    type: role === "tool" ? "tool_update" : "message_text",
    content,
    timestamp,
    turnId,
    ...(model === undefined ? {} : { model }),
    ...(callId === undefined ? {} : { callId }),
    ...(incomplete && index === segments.length - 1 ? { interrupted: true } : {}),
  }));
