import { createOutbox } from "./outbox.ts";

/** One end of a line between two processes. What is sent arrives in order, or, once the other end is gone, not at all. */
export type Line = {
  /** What was said within one loop of the event loop goes together, and what may wait for it. */
  send(frames: readonly Frame[]): void;
  hear(listener: (frames: readonly Frame[]) => void): void;
};

/** Answers what the other end asks; ends early when the signal aborts. What it throws is thrown there. */
type Answer = (input: never, signal: AbortSignal) => AsyncIterable<unknown>;

/** The process at the other end of a line. Either may tell, ask and serve; all that is said has to fit into JSON. */
export type Peer = {
  /** Says something, without waiting for anything. */
  tell(name: string, message: object): void;
  /** Hears what is told under a name until the function it returns is called. `listener` does not throw. */
  hear<T extends object>(name: string, listener: (message: T) => void): () => void;
  /**
   * Has others ask for something under this name.
   * @param options.steady many such answers trickle at a time: what follows closely in one of them waits up to 10 ms for what
   * the others have to say.
   */
  serve(name: string, answer: Answer, options?: { readonly steady?: boolean }): void;
  /**
   * Asks, and yields what comes, at most 64 items ahead of whoever takes them. Nothing is sent before the first `next`.
   * @throws what `serve` has thrown, with message and fields; the signal's reason; when the other end is gone or serves no
   * such thing.
   */
  ask<T>(name: string, input: object, signal: AbortSignal): AsyncGenerator<T, void>;
  /** Resolves once nothing that was asked under this name is still being answered. */
  idle(name: string): Promise<void>;
  /** The other end is gone: what it was asked fails, what it asked for is aborted, and nothing more is sent. */
  end(): void;
};

/** What goes over a line. `id` is the asker's. */
export type Frame =
  | { readonly tell: string; readonly message: object }
  | { readonly ask: string; readonly id: number; readonly input: object }
  | { readonly leave: number }
  | { readonly took: number; readonly items: number }
  | { readonly item: unknown; readonly id: number }
  | { readonly over: number; readonly fault?: Fault };

/** Of an error: what its fields say. Stack and cause stay where they were. */
type Fault = { readonly message: string; readonly [field: string]: unknown };

/** So many items may be on their way; each half of them is acknowledged. */
const ahead = 64;

type Asked = {
  readonly name: string;
  readonly items: unknown[];
  over?: { readonly fault?: Fault };
  news: PromiseWithResolvers<void>;
};
/** An item that comes later than this after the one before did not follow closely, in ms. */
const closelyMs = 100;

type Serving = { readonly stop: AbortController; onItsWay: number; room: PromiseWithResolvers<void> };

export function peerOver(line: Line): Peer {
  const listeners = new Map<string, Set<(message: never) => void>>();
  const answers = new Map<string, { readonly answer: Answer; readonly steady: boolean }>();
  const asked = new Map<number, Asked>();
  const serving = new Map<number, Serving>();
  const idling: (() => void)[] = [];
  let lastId = 0;
  let ended = false;
  const { post, postInCompany } = createOutbox<Frame>((frames) => {
    if (!ended) line.send(frames);
  });

  function take(frame: Frame): void {
    if ("item" in frame) {
      const call = asked.get(frame.id);
      call?.items.push(frame.item);
      call?.news.resolve();
    } else if ("tell" in frame) {
      for (const listener of listeners.get(frame.tell) ?? []) listener(frame.message as never);
    } else if ("ask" in frame) void serve(frame.ask, frame.id, frame.input);
    else if ("leave" in frame) serving.get(frame.leave)?.stop.abort();
    else if ("took" in frame) {
      const call = serving.get(frame.took);
      if (call === undefined) return;
      call.onItsWay -= frame.items;
      call.room.resolve();
    } else {
      const call = asked.get(frame.over);
      if (call === undefined) return;
      call.over = frame;
      call.news.resolve();
    }
  }
  line.hear((frames) => {
    for (const frame of frames) take(frame);
  });

  async function serve(name: string, id: number, input: object): Promise<void> {
    const call: Serving = { stop: new AbortController(), onItsWay: 0, room: Promise.withResolvers() };
    const { signal } = call.stop;
    signal.addEventListener("abort", () => call.room.resolve(), { once: true });
    serving.set(id, call);
    try {
      const served = answers.get(name);
      if (served === undefined) throw new Error(`Nothing is served under ${name}.`);
      let postedAt = Number.NEGATIVE_INFINITY;
      for await (const item of served.answer(input as never, signal)) {
        const now = performance.now();
        const followsClosely = served.steady && now - postedAt < closelyMs;
        postedAt = now;
        (followsClosely ? postInCompany : post)({ item, id });
        call.onItsWay += 1;
        while (call.onItsWay >= ahead && !signal.aborted) {
          call.room = Promise.withResolvers();
          await call.room.promise;
        }
        if (signal.aborted) break;
      }
      post({ over: id });
    } catch (error) {
      post({ over: id, fault: faultOf(error) });
    } finally {
      serving.delete(id);
    }
  }

  return {
    tell: (name, message) => post({ tell: name, message }),
    hear(name, listener) {
      const hearing = listeners.get(name) ?? new Set();
      listeners.set(name, hearing.add(listener));
      return () => hearing.delete(listener);
    },
    serve: (name, answer, { steady = false } = {}) => void answers.set(name, { answer, steady }),
    async *ask<T>(name: string, input: object, signal: AbortSignal) {
      signal.throwIfAborted();
      if (ended) throw gone();
      const id = ++lastId;
      const call: Asked = { name, items: [], news: Promise.withResolvers() };
      asked.set(id, call);
      post({ ask: name, id, input });
      const wake = () => call.news.resolve();
      signal.addEventListener("abort", wake, { once: true });
      try {
        for (let taken = 0; ; ) {
          for (const item of call.items.splice(0)) {
            yield item as T;
            signal.throwIfAborted();
            taken += 1;
            if (taken < ahead / 2) continue;
            post({ took: id, items: taken });
            taken = 0;
          }
          if (call.items.length > 0) continue;
          if (call.over?.fault) throw errorOf(call.over.fault);
          if (call.over) return;
          await call.news.promise;
          call.news = Promise.withResolvers();
          signal.throwIfAborted();
        }
      } finally {
        signal.removeEventListener("abort", wake);
        asked.delete(id);
        for (const look of idling.splice(0)) look();
        if (call.over === undefined) post({ leave: id });
      }
    },
    async idle(name) {
      while (asked.values().some((call) => call.name === name))
        await new Promise<void>((resolve) => idling.push(resolve));
    },
    end() {
      ended = true;
      for (const call of asked.values()) {
        call.over ??= { fault: faultOf(gone()) };
        call.news.resolve();
      }
      for (const { stop } of serving.values()) stop.abort();
    },
  };
}

/** The only item of an answer; `undefined` when it has none. @throws as `Peer.ask`. */
export async function askOnce<T>(
  peer: Peer,
  name: string,
  input: object,
  signal: AbortSignal,
): Promise<T | undefined> {
  for await (const item of peer.ask<T>(name, input, signal)) return item;
  return undefined;
}

const gone = () => new Error("The other process has ended.");

const faultOf = (error: unknown): Fault =>
  error instanceof Error ? { ...error, message: error.message } : { message: String(error) };

const errorOf = ({ message, ...fields }: Fault): Error => Object.assign(new Error(message), fields);
