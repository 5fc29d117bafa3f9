import type { Turn } from "../../protocols/message-processor.ts";
import type { Host } from "../../protocols/plugin.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";
import type { Segments } from "./segments.ts";
import type { ToldBefore } from "./told-before.ts";

/** A turn that is being answered, and what every step of it needs. */
export type Talk = {
  readonly host: Host;
  readonly turn: Turn;
  readonly signal: AbortSignal;
  /** The time as ISO 8601, UTC. */
  readonly timestamp: () => string;
  /** What it has said so far. */
  readonly said: Segments;
  /** Ids of the calls it has made so far. */
  readonly callIds: Set<string>;
  /** What it said before its server died; nothing in a turn that begins. */
  readonly before: ToldBefore;
};

/** A line for the reader that belongs to no tool call. */
export const line = ({ host, timestamp }: Talk, content: string): TurnEvent => ({
  event: "tool_update",
  data: { call_id: host.newId(), content, timestamp: timestamp() },
});
