import { isPassing } from "../api/api-error.ts";
import { readEvents, type ServerEvent } from "./read-events.ts";

export type Connection = "connecting" | "open" | "reconnecting";

export type Following<Event> = {
  readonly path: string;
  /** Number of the last event already seen; without it the server begins where it likes. */
  readonly after?: number | undefined;
  readonly signal: AbortSignal;
  readonly open: (path: string, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
  /** Waits so many ms, or less when there is reason to hope. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A batch as it came, and the number to go on from after it. */
  readonly onEvents: (events: readonly Event[], cursor: number | undefined) => void;
  readonly onConnection?: (connection: Connection) => void;
  /** Nothing comes after this event. Default: there is always more. */
  readonly isLast?: (event: Event) => boolean;
  /** The number to go on from after an event. Default: the stream's `id:`. */
  readonly nextCursor?: (cursor: number | undefined, event: ServerEvent<Event>) => number | undefined;
  /** Whether the server means it. Default: whatever is not its own passing trouble. */
  readonly isFinal?: (error: unknown) => boolean;
  /** From 0 to 1, as `Math.random` gives it. */
  readonly chance?: () => number;
};

/**
 * Reads an event stream however often it breaks off: each time it connects again and goes on after the last event seen.
 * Resolves at the last event, or when `signal` aborts.
 * @throws ApiError when the server refuses for good (401, 404, 410; `isFinal` knows better).
 */
export async function followEvents<Event>(following: Following<Event>): Promise<void> {
  const { signal, wait, onConnection, isLast = () => false, nextCursor = idOf } = following;
  const { isFinal = (error) => !isPassing(error), chance = Math.random } = following;
  let after = following.after;
  let failures = 0;
  onConnection?.("connecting");
  while (!signal.aborted) {
    try {
      const body = await following.open(withCursor(following.path, after), signal);
      onConnection?.("open");
      for await (const batch of readEvents<Event>(body)) {
        failures = 0;
        after = batch.reduce<number | undefined>(nextCursor, after);
        const events = batch.map(({ event }) => event);
        following.onEvents(events, after);
        if (events.some(isLast)) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      // Whatever is no answer of the server's is the network: a read that broke off throws a bare TypeError.
      if (error instanceof Error && error.name === "ApiError" && isFinal(error)) throw error;
    }
    if (signal.aborted) return;
    onConnection?.("reconnecting");
    await wait(backoffMs(failures++, chance()), signal);
  }
}

/**
 * 0.3 s at first, doubling up to 10 s: a restart is hardly noticed, a server that is down is left in peace. Up to half
 * of it is taken off by chance, so that all the windows that lost it do not come back at the same moment.
 */
export const backoffMs = (failures: number, chance: number): number =>
  Math.min(10_000, 300 * 2 ** Math.min(failures, 10)) * (1 - chance / 2);

const withCursor = (path: string, after: number | undefined) =>
  after === undefined ? path : `${path}?after=${after}`;

const idOf = <Event>(cursor: number | undefined, { id }: ServerEvent<Event>) => id ?? cursor;
