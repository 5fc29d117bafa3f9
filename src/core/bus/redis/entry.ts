import type { BusBatch } from "../../../protocols/bus.ts";

/** An entry of a Redis Stream as the client gives it: its id, and names and values in turn. */
export type StreamEntry = readonly [id: string, fields: readonly string[]];

/** Everything that the bus keeps in Redis is under it. */
export const prefix = "skeleton:bus:";

export const keyOf = (topic: string): string => `${prefix}${topic}`;

/** What a stream has of a topic: a batch, or its end. `begins`: nothing came before it. */
export type Entry = (BusBatch & { readonly begins: boolean }) | { readonly endedAfter: number };

/**
 * A batch is one entry, whose id is that of the batch's last line: what stands after a cursor is found by Redis, at most with
 * some lines before it. Lines are JSON, and hold no line break.
 */
export const written = ({ firstId, data }: BusBatch, begins = false): readonly [string, ...string[]] => [
  entryId(firstId + data.length - 1),
  begins ? "begin" : "lines",
  data.join("\n"),
];

/** Of the entry whose last line has this id. */
export const entryId = (lastId: number): string => `${lastId}-0`;

/** The end of a topic whose last line has this id. */
export const writtenEnd = (lastId: number): readonly [string, ...string[]] => [`${lastId}-1`, "end", ""];

export function parsed([id, [name, text = ""]]: StreamEntry): Entry {
  const lastId = Number.parseInt(id, 10);
  if (name === "end") return { endedAfter: lastId };
  const data = text.split("\n");
  return { firstId: lastId - data.length + 1, data, begins: name === "begin" };
}
