import { hash } from "node:crypto";
import type { Store, StoreOptions, StoreSchema } from "../../protocols/store.ts";

/** Whose records they are. No user's name begins like this, whatever signs them in: the queue is the server's. */
export const owner = "#queue";

/** What a table's records are besides their `id`. */
type Table = { readonly schema: StoreSchema; readonly options: StoreOptions };

/**
 * - `queue_state`: one record, which every change moves on. Its `version` decides who may write (see ledger.ts).
 * - `queue_jobs`: every job that is not over, and cancelled ones whose run has not ended. `id` is the job's number as text.
 * - `queue_lanes`: one for each user, queue and priority with a job that may begin; the smallest `rank` begins next.
 * - `queue_workers`: the queues that run jobs, by instance (see src/lib/instance.ts).
 * - `queue_keys`: idempotency keys, by a hash of user and key.
 */
export const tables = {
  queue_state: {
    schema: { version: "int", last_job: "int", last_turn: "int", waiting: "json", counted: "int" },
    options: {},
  },
  queue_jobs: {
    schema: {
      number: "int",
      user: "str",
      queue: "str",
      payload: "str",
      priority: "int",
      attempt: "int",
      attempts: "int",
      backoff: "json",
      state: "str",
      place: "str",
      order: "int",
      line: "str",
      key: "str",
    },
    options: {
      indexes: [
        ["place", "order"],
        ["line", "number"],
      ],
    },
  },
  queue_lanes: {
    schema: { queue: "str", user: "str", priority: "int", rank: "str" },
    options: { indexes: [["queue", "rank"]] },
  },
  queue_workers: { schema: { seen: "int" }, options: {} },
  queue_keys: { schema: { job: "int", over: "int" }, options: { indexes: [["over"]] } },
} as const satisfies Readonly<Record<string, Table>>;

export type TableName = keyof typeof tables;

export type State = {
  readonly version: number;
  /** The number that was given out last. */
  readonly last_job: number;
  /** Counts whose turn it was, for `rank`. */
  readonly last_turn: number;
  /** How many jobs wait, of the queues that were counted. */
  readonly waiting: Readonly<Record<string, number>> | null;
  /** The version of which `waiting` tells: another one is that of a server that does not know of it. */
  readonly counted: number | null;
};

/** Before the first change there is no record: an import into a queue that was never used brings its own. */
export const untouched: State = { version: 0, last_job: 0, last_turn: 0, waiting: null, counted: null };

export type JobRow = {
  readonly id: string;
  readonly number: number;
  readonly user: string;
  readonly queue: string;
  /** JSON text. */
  readonly payload: string;
  readonly priority: number;
  readonly attempt: number;
  readonly attempts: number;
  readonly backoff: { readonly firstMs: number; readonly maxMs: number } | null;
  /**
   * `held`: an earlier job of its line is not over. `ready`: may begin. `pausing`: before its next try. `running`. `ending`:
   * cancelled, and its run has not ended.
   */
  readonly state: "held" | "ready" | "pausing" | "running" | "ending";
  /**
   * Where it stands, so that one index serves all who look: the id of its lane while it is `ready`, its queue's
   * `pausePlace`, the id of its worker while it is `running` or `ending`, nowhere while it is `held`.
   */
  readonly place: string | null;
  /** Who is first there: its number, or when its pause is over, in ms. */
  readonly order: number | null;
  /** What jobs of one user, queue and order key have in common. */
  readonly line: string | null;
  /** Id in `queue_keys`. */
  readonly key: string | null;
};

export type LaneRow = {
  readonly id: string;
  readonly queue: string;
  readonly user: string;
  readonly priority: number;
  readonly rank: string;
};

/** `seen`: the last sign of life, in ms. */
export type WorkerRow = { readonly id: string; readonly seen: number };

/** `over`: when the job was, in ms; `null` while it is not. */
export type KeyRow = { readonly id: string; readonly job: number; readonly over: number | null };

export const stateAt = { userId: owner, store: "queue_state", id: "state" } as const;

/** An id of whatever was named: names have up to 200 characters, and so has an id. */
export const idOf = (...parts: readonly (string | number)[]): string =>
  hash("sha256", JSON.stringify(parts), "base64url");

/** Where the jobs of a queue stand that pause. */
export const pausePlace = (queue: string): string => idOf("pause", queue);

/** Sorts by priority, the highest first, then by turn. 10 digits hold 2^32, 16 any safe integer. */
export const rankOf = (priority: number, turn: number): string =>
  `${String(2 ** 31 - 1 - priority).padStart(10, "0")}.${String(turn).padStart(16, "0")}`;

export async function createTables(store: Store): Promise<void> {
  for (const [name, { schema, options }] of Object.entries(tables))
    await store.createStoreIfNotExists(name, schema, options);
}
