import type { Json, JsonObject } from "../../protocols/json.ts";
import type { NewMessage, ThreadMessage } from "../../protocols/threads.ts";

/** A message as it is kept in the collection. */
type Kept = {
  readonly id: string;
  readonly parent_id: string | null;
  readonly role: NewMessage["role"];
  readonly type: NewMessage["type"];
  readonly content: string;
  readonly timestamp: string;
  readonly model?: string;
  readonly call_id?: string;
  readonly turn_id?: string;
  readonly interrupted?: boolean;
  readonly meta?: JsonObject;
};

export function itemOf(message: NewMessage, parentId: string | null): JsonObject {
  const { id, role, type, content, timestamp, model, callId, turnId, interrupted, meta } = message;
  const kept: Kept = {
    id,
    parent_id: parentId,
    role,
    type,
    content,
    timestamp,
    ...(model !== undefined && { model }),
    ...(callId !== undefined && { call_id: callId }),
    ...(turnId !== undefined && { turn_id: turnId }),
    ...(interrupted !== undefined && { interrupted }),
    ...(meta !== undefined && { meta }),
  };
  return kept;
}

export function messageOf(item: Json, siblings?: readonly string[]): ThreadMessage {
  // Nobody but `itemOf` writes into this collection.
  const { parent_id, call_id, turn_id, ...same } = item as unknown as Kept;
  return {
    ...same,
    parentId: parent_id,
    ...(call_id !== undefined && { callId: call_id }),
    ...(turn_id !== undefined && { turnId: turn_id }),
    ...(siblings && siblings.length > 1 && { siblings }),
  };
}

export const idOfItem = (item: Json): string => (item as unknown as Kept).id;
