import type { MessageRole, Thread, ThreadMessage } from "../protocols/threads.ts";

/**
 * Times as clients of the original read them: six digits of fraction. The zone, which the original leaves out, is
 * said, so that a browser elsewhere shows the right hour.
 */
export const wireTime = (iso: string): string => iso.replace(/\.(\d{3})Z$/, ".$1000Z");

/** A thread in the list: exactly the original's five fields, or everything. */
export function threadRow(thread: Thread, details?: { readonly runningTurn: string | undefined }) {
  const { id, title, created, model, systemPrompt, updated, archived, pinned, settings, planMode } = thread;
  const row = { id, title, created: wireTime(created), model, system_prompt: systemPrompt };
  if (!details) return row;
  return {
    ...row,
    updated: wireTime(updated),
    archived,
    pinned,
    settings,
    plan_mode: planMode ?? null,
    running_turn: details.runningTurn ?? null,
  };
}

/** Whose model is told. */
const speaks: readonly MessageRole[] = ["assistant", "plan"];

/** A history entry: the original's fields, or everything. */
export function messageRow(message: ThreadMessage, details: boolean) {
  const row = {
    role: message.role,
    content: message.content,
    timestamp: wireTime(message.timestamp),
    type: message.type,
    ...(speaks.includes(message.role) && message.model !== undefined ? { model: message.model } : {}),
    ...(message.callId === undefined ? {} : { call_id: message.callId }),
  };
  if (!details) return row;
  return {
    id: message.id,
    parent_id: message.parentId,
    ...row,
    ...(message.turnId === undefined ? {} : { turn_id: message.turnId }),
    ...(message.interrupted ? { interrupted: true } : {}),
    ...(message.siblings ? { siblings: [...message.siblings] } : {}),
    ...(message.meta?.turn === undefined ? {} : { turn: message.meta.turn }),
  };
}
