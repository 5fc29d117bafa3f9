import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { SkeletonError } from "../../../lib/errors.ts";
import type { Logger } from "../../../protocols/plugin.ts";
import { StaleError, type StepResult } from "../engine.ts";
import { shutDown } from "../shut-down.ts";
import { commitGroup, type Outcome, type Work } from "./commit-group.ts";
import type { Connections } from "./connections.ts";
import { failureOf, isCommitted, isConflict, isLost, isStale, isUnreachable } from "./failures.ts";
import { patience } from "./patience.ts";
import type { StepQueries } from "./write-statements.ts";

/** Requests a commit: enough to share a flush, few enough that the first one does not wait for long. */
const GROUP = 200;

export type Writer = {
  /** All steps or none. `version`: see `Engine.write`; without it only the database is asked to write. */
  write(version: number | null, steps: readonly StepQueries[]): Promise<readonly StepResult[]>;
  /** Something that needs the connection for itself, between two groups. */
  alone<T>(work: (client: pg.Client) => Promise<T>): Promise<T>;
  /** Finishes what was asked for. */
  close(): Promise<void>;
};

type Waiting = {
  readonly resolve: (results: readonly StepResult[]) => void;
  readonly reject: (error: Error) => void;
};
type Asked = Work & Waiting & { readonly version: number | null };
type Alone = {
  readonly alone: (client: pg.Client) => Promise<void>;
  readonly reject: (error: Error) => void;
};

/**
 * Writes of one process, on one connection: whatever has arrived while a transaction was under way goes into the next
 * one together, so that one flush to the disk serves them all.
 * @param name what this writer is known by in the database, like no other one.
 */
export function openWriter(
  { connect, awaited }: Pick<Connections, "connect" | "awaited">,
  name: string,
  log: Logger,
): Writer {
  const waiting: (Asked | Alone)[] = [];
  let client: pg.Client | undefined;
  let number = 0;
  let working: Promise<void> | undefined;
  let closed = false;

  async function connected(): Promise<pg.Client> {
    client ??= await connect();
    return client;
  }
  function letGo(): void {
    void client?.end().catch(() => undefined); // it is lost already
    client = undefined;
  }

  /** Does it again while that may help: after a lost connection, or when another process came between. */
  async function patiently<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    for (const pauseAfter = patience(); ; ) {
      try {
        return await work(await connected());
      } catch (error) {
        const lost = isLost(error);
        if (lost) letGo();
        const pauseMs = lost || isConflict(error) ? pauseAfter(error) : undefined;
        if (pauseMs === undefined) throw error;
        await sleep(lost ? pauseMs : pauseMs * Math.random());
      }
    }
  }

  async function commit(group: readonly Asked[]): Promise<void> {
    number += 1;
    const stamp = { name, number, version: group[0]?.version ?? null };
    // What an attempt was answered before its connection was lost on the way to the end.
    let answered: readonly Outcome[] | undefined;
    try {
      const outcomes = await patiently((to) =>
        awaited(to, () =>
          commitGroup(to, stamp, group, (early) => {
            answered = early;
          }),
        ),
      );
      settle(group, outcomes);
    } catch (error) {
      if (isCommitted(error) && answered !== undefined) settle(group, answered);
      else for (const { reject } of group) reject(told(error));
      // Who came meanwhile has waited for the same, and need not wait for the next attempt to fail, too.
      if (isUnreachable(error)) for (const { reject } of waiting.splice(0)) reject(failureOf(error));
    }
  }

  function settle(group: readonly Asked[], outcomes: readonly Outcome[]): void {
    group.forEach(({ resolve, reject }, at) => {
      const outcome = outcomes[at];
      if (outcome !== undefined && "results" in outcome) resolve(outcome.results);
      else reject(told(outcome?.failure));
    });
  }

  function told(error: unknown): Error {
    if (isStale(error)) return new StaleError();
    if (isCommitted(error))
      return new SkeletonError(
        "store_unavailable",
        "It was written, but the answer of the database was lost.",
        {
          hint: "Read what is there before you write it again.",
          cause: error,
        },
      );
    const failure = failureOf(error);
    if (failure.code.startsWith("store_")) log.error({ err: error }, `store: ${failure.message}`);
    return failure;
  }

  async function work(): Promise<void> {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if ("alone" in next) {
        waiting.shift();
        await patiently(next.alone).catch(next.reject);
      } else await commit(nextGroup(waiting));
    }
    working = undefined;
  }
  function enter(asked: Asked | Alone): void {
    waiting.push(asked);
    working ??= Promise.resolve().then(work); // after whatever else is asked for in this moment
  }

  return {
    async write(version, steps) {
      if (closed) throw shutDown();
      return new Promise((resolve, reject) => enter({ version, steps, resolve, reject }));
    },
    async alone(task) {
      if (closed) throw shutDown();
      return new Promise((resolve, reject) =>
        enter({ alone: async (to) => resolve(await task(to)), reject: (error) => reject(told(error)) }),
      );
    },
    async close() {
      if (closed) return working;
      closed = true;
      await working;
      await client?.end();
      client = undefined;
    },
  };
}

/** Takes what goes together: whatever was checked with the same definitions. */
function nextGroup(waiting: (Asked | Alone)[]): readonly Asked[] {
  const group: Asked[] = [];
  while (group.length < GROUP) {
    const next = waiting[0];
    if (next === undefined || "alone" in next || next.version !== (group[0] ?? next).version) break;
    group.push(next);
    waiting.shift();
  }
  return group;
}
