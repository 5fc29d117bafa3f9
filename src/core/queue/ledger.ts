import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "../../lib/errors.ts";
import type { Store } from "../../protocols/store.ts";
import { type Draft, openDraft } from "./draft.ts";
import { createTables, type State, stateAt, untouched } from "./tables.ts";

/** Reads in the draft and notes in it what is to be written. It may be run several times, each time on a new draft. */
export type Change<T> = (draft: Draft) => Promise<T>;

/**
 * All changes of the queue, each as if it were alone in the world. Those that arrive while others are being written are
 * written together, in the order they came: one commit for all. Between processes the version decides: whoever finds
 * that somebody else has written since begins again.
 */
export type Ledger = {
  /** Durable once it resolves. @throws what the store throws; nothing was written then, or it cannot be known. */
  change<T>(change: Change<T>): Promise<T>;
  /** As the changes of all processes have left it. */
  state(): Promise<State>;
};

/** Changes in one commit: enough to share it, few enough that the first one does not wait for long. */
const together = 200;

/** How long, in ms, one who lost against another process lets it go on, at most; by chance, so that nobody loses always. */
const stepBackMs = 20;

type Waiting = { readonly change: Change<unknown>; settle(outcome: () => unknown): void };

export async function openLedger(store: Store, now: () => Date): Promise<Ledger> {
  await createTables(store);
  const waiting: Waiting[] = [];
  /** As this process left it; `undefined` when others may have written since. */
  let known: State | undefined;
  let writing = false;

  const readState = async () => ((await store.get(stateAt)) as unknown as State | undefined) ?? untouched;

  async function attempt(batch: readonly Waiting[], before: State): Promise<void> {
    const draft = openDraft(store, before, now().getTime());
    const results: unknown[] = [];
    for (const { change } of batch) results.push(await change(draft));
    const steps = draft.steps();
    known = undefined; // until it is known what has become of it
    if (steps.length > 0) await store.transaction(steps);
    known = steps.length > 0 ? draft.after() : before;
    for (const [index, { settle }] of batch.entries()) settle(() => results[index]);
  }

  /** Whether somebody else has written since. */
  async function wasOvertaken(before: State | undefined, error: unknown): Promise<boolean> {
    if (codeOf(error) === "conflict") return true;
    const first = codeOf(error) === "duplicate_record" && before?.version === 0;
    return first && (await readState()).version > 0; // both were about to add the queue's record
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    for (;;) {
      let before = known;
      try {
        before ??= await readState();
        return await attempt(batch, before);
      } catch (error) {
        known = undefined;
        if (!(await wasOvertaken(before, error).catch(() => false))) return reject(batch, error);
        await sleep(Math.random() * stepBackMs);
      }
    }
  }

  function reject(batch: readonly Waiting[], error: unknown): void {
    for (const { settle } of batch) {
      settle(() => {
        throw error;
      });
    }
  }

  async function writeAll(): Promise<void> {
    if (writing) return;
    writing = true;
    // What is changed in the same breath belongs together.
    await Promise.resolve();
    while (waiting.length > 0) await write(waiting.splice(0, together));
    writing = false;
  }

  return {
    change: <T>(change: Change<T>) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({
          change,
          settle(outcome) {
            try {
              resolve(outcome() as T);
            } catch (error) {
              reject(error);
            }
          },
        });
        void writeAll();
      }),
    state: readState,
  };
}
