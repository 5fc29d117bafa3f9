import { type HandsOver, handEach, handOver, type Take } from "../../lib/hand-over.ts";
import type { ModelEvent } from "../../protocols/model.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";

type Batches = AsyncIterator<readonly ModelEvent[]>;
type Result = IteratorResult<readonly TurnEvent[], void>;

const end: Result = { done: true, value: undefined };

/**
 * A turn: first what is to be said before the answer, then the answer, translated batch by batch. A generator made by
 * hand, because most batches hold a single token: a real one's promises cost more than the token.
 * @param options.prepare what precedes the answer (perhaps nothing), and how to ask for it.
 * @param options.failed what to say when something throws; `undefined` ends the turn without a word. May throw itself.
 */
export function tellAnswer(options: {
  readonly prepare: () => Promise<{
    readonly before: readonly TurnEvent[];
    readonly ask: () => AsyncIterable<readonly ModelEvent[]>;
  }>;
  readonly translate: (batch: readonly ModelEvent[]) => readonly TurnEvent[];
  readonly failed: (error: unknown) => readonly TurnEvent[] | undefined;
}): AsyncGenerator<readonly TurnEvent[], void> & HandsOver<readonly TurnEvent[]> {
  const { prepare, translate, failed } = options;
  let ask: (() => AsyncIterable<readonly ModelEvent[]>) | undefined;
  let answer: Batches | undefined;
  let over = false;

  function tell(result: IteratorResult<readonly ModelEvent[]>): Result | Promise<Result> {
    if (result.done === true) {
      over = true;
      return end;
    }
    const events = translate(result.value);
    return events.length > 0 ? { done: false, value: events } : next();
  }
  function fail(error: unknown): Result {
    over = true;
    const events = failed(error);
    return events === undefined ? end : { done: false, value: events };
  }
  async function begin(): Promise<Result> {
    try {
      if (ask === undefined) {
        const prepared = await prepare();
        ask = prepared.ask;
        if (prepared.before.length > 0) return { done: false, value: prepared.before };
      }
      answer = ask()[Symbol.asyncIterator]();
      ask = undefined; // it holds everything the model was shown
    } catch (error) {
      return fail(error);
    }
    return next();
  }
  function next(): Promise<Result> {
    if (over) return Promise.resolve(end);
    return answer === undefined ? begin() : answer.next().then(tell, fail);
  }
  async function leave(): Promise<Result> {
    over = true;
    await answer?.return?.();
    return end;
  }
  async function hand(take: Take<readonly TurnEvent[]>): Promise<void> {
    while (answer === undefined && !over) {
      const { done, value } = await next();
      if (done !== true) await take(value);
    }
    if (answer === undefined || over) return;
    try {
      await handEach(answer, (batch) => {
        const events = translate(batch);
        return events.length > 0 ? take(events) : undefined;
      });
      over = true;
    } catch (error) {
      const { done, value } = fail(error);
      if (done !== true) await take(value);
    }
  }
  return {
    next,
    [handOver]: hand,
    return: leave,
    async throw(error) {
      await leave();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await leave();
    },
  };
}
