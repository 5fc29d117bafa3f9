import type { BusBatch } from "../../../protocols/bus.ts";

/** An entry of a Redis Stream as the client gives it: its id, and names and values in turn. */
export type StreamEntry = readonly [id: string, fields: readonly string[]];

/** Everything that the bus keeps in Redis is under it. */
export const prefix = "skeleton:bus:";

export const keyOf = (topic: string): string => `${prefix}${topic}`;

/**
 * A batch is one entry, whose id is that of the batch's last line: what stands after a cursor is found by Redis, at most with
 * some lines before it. Lines are JSON, and hold no line break.
 */
export const written = ({ firstId, data }: BusBatch): readonly [string, ...string[]] => [
  `${firstId + data.length - 1}-0`,
  "lines",
  data.join("\n"),
];

/** The end of a topic whose last line has this id. */
export const writtenEnd = (lastId: number): readonly [string, ...string[]] => [`${lastId}-1`, "end", ""];

export function parsed([id, [name, text = ""]]: StreamEntry): BusBatch | { readonly endedAfter: number } {
  const lastId = Number.parseInt(id, 10);
  if (name === "end") return { endedAfter: lastId };
  const data = text.split("\n");
  return { firstId: lastId - data.length + 1, data };
}
