import { type HandsOver, handEach, handOver, type Take } from "../../lib/hand-over.ts";
import type { ModelEvent } from "../../protocols/model.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";

/** The model speaks: its batches, and what each of them says to the reader. */
export type Speech = {
  readonly batches: AsyncIterable<readonly ModelEvent[]>;
  readonly translate: (batch: readonly ModelEvent[]) => readonly TurnEvent[];
};

/**
 * What a turn does next: it says something, or it lets the model speak. It goes on once that is over; what the model
 * throws is thrown where the speech was yielded.
 */
export type Step = readonly TurnEvent[] | Speech;

export type Steps<R = void> = AsyncGenerator<Step, R>;

/** Takes them without telling: what they say was told before. */
export async function silently<R>(steps: Steps<R>): Promise<R> {
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return step.value;
  }
}

type Events = readonly TurnEvent[];
type Result = IteratorResult<Events, void>;
type Resume = () => Promise<IteratorResult<Step, void>>;

const end: Result = { done: true, value: undefined };

/**
 * The steps of a turn as its batches of events. A generator made by hand, because most batches of a speech hold a
 * single token: a real one's promises cost more than the token, and with `handOver` there are none.
 * @param told hears every batch before the reader does.
 */
export function tellSteps(
  steps: Steps,
  told: (events: Events) => void,
): AsyncGenerator<Events, void> & HandsOver<Events> {
  let speech: { batches: AsyncIterator<readonly ModelEvent[]>; translate: Speech["translate"] } | undefined;
  let over = false;
  const following: Resume = () => steps.next();

  /** Goes on to the next events; `undefined` once there is a speech instead, or nothing more. */
  async function advance(resume: Resume): Promise<Events | undefined> {
    try {
      for (let step = await resume(); !over; step = await steps.next()) {
        if (step.done === true) over = true;
        else if ("batches" in step.value) {
          const { batches, translate } = step.value;
          speech = { batches: batches[Symbol.asyncIterator](), translate };
          return undefined;
        } else if (step.value.length > 0) {
          told(step.value);
          return step.value;
        }
      }
      return undefined;
    } catch (error) {
      over = true;
      throw error;
    }
  }
  async function goOn(resume: Resume): Promise<Result> {
    const events = await advance(resume);
    return events === undefined ? next() : { done: false, value: events };
  }
  function ended(): Resume {
    speech = undefined;
    return following;
  }
  function failed(error: unknown): Resume {
    speech = undefined;
    return () => steps.throw(error);
  }
  function translated(batch: readonly ModelEvent[]): Events {
    const events = speech?.translate(batch) ?? [];
    if (events.length > 0) told(events);
    return events;
  }
  function tell(result: IteratorResult<readonly ModelEvent[]>): Result | Promise<Result> {
    if (result.done === true) return goOn(ended());
    const events = translated(result.value);
    return events.length > 0 ? { done: false, value: events } : next();
  }
  function next(): Promise<Result> {
    if (over) return Promise.resolve(end);
    if (speech === undefined) return goOn(following);
    return speech.batches.next().then(tell, (error) => goOn(failed(error)));
  }
  async function hand(take: Take<Events>): Promise<void> {
    const takeBatch = (batch: readonly ModelEvent[]) => {
      const events = translated(batch);
      return events.length > 0 ? take(events) : undefined;
    };
    for (let resume = following; !over; ) {
      if (speech === undefined) {
        const events = await advance(resume);
        resume = following;
        if (events !== undefined) await take(events);
        continue;
      }
      try {
        await handEach(speech.batches, takeBatch);
        resume = ended();
      } catch (error) {
        resume = failed(error);
      }
    }
  }
  async function leave(): Promise<Result> {
    over = true;
    await speech?.batches.return?.();
    await steps.return();
    return end;
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
