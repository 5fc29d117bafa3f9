import type { Peer } from "./peer.ts";

/** What one of the several servers of `serve --workers` knows of its place among them. */
export type WorkerPlace = {
  /** 1 for the first. Who comes in place of one that died has its number. */
  readonly number: number;
  readonly count: number;
  readonly primary: Peer;
};

/** What of a number for the whole server is this worker's part; all parts together are that number. */
export const shareOf = (total: number, { number, count }: Pick<WorkerPlace, "number" | "count">): number =>
  Math.floor(total / count) + (number <= total % count ? 1 : 0);
