import type { IncomingMessage } from "node:http";
import { type HandsOver, handOver, type Take } from "../../../lib/hand-over.ts";
import type { ModelEvent } from "../../../protocols/model.ts";
import type { UpstreamTimeouts } from "../provider.ts";
import { broken, silent } from "../upstream-error.ts";
import type { AnswerReader } from "./answer-reader.ts";
import { type BodyFlow, takeBody } from "./take-body.ts";
import { textDecoder } from "./text-decoder.ts";
import { SilenceWatch } from "./watch-silence.ts";

type Batch = readonly ModelEvent[];

/** A reader this far behind, in bytes of the upstream's text, makes the upstream wait. */
const highWater = 256 * 1024;
/** How long the connection is kept for what may follow a finish: usage, or the proper end of the body. */
const afterFinishMs = 5_000;

/**
 * The events of an answer as its bytes come: those of one network read, or of all reads since the reader last looked,
 * as one batch. `data` callbacks feed the parser with no promise in between. An iterator made by hand, because most
 * reads hold a single token: a generator's own promises cost as much as reading it.
 * What came before a failure is handed over first. Returning early, aborting or failing closes the socket at once.
 * @throws `upstream_timeout`, `upstream_broken`, whatever `reader` throws; the signal's reason.
 */
export function readBatches(
  response: IncomingMessage,
  reader: AnswerReader,
  options: Pick<UpstreamTimeouts, "firstByteMs" | "idleMs"> & {
    readonly provider: string;
    readonly signal: AbortSignal;
  },
): AsyncIterableIterator<Batch, undefined> & HandsOver<Batch> {
  const { provider, signal, firstByteMs, idleMs } = options;
  const decode = textDecoder();
  let pending: ModelEvent[] = [];
  let pendingBytes = 0;
  let paused = false;
  let over = false;
  let failure: { readonly error: unknown } | undefined;
  let asked: PromiseWithResolvers<IteratorResult<Batch, undefined>> | undefined;
  let taker: { readonly take: Take<Batch>; readonly end: PromiseWithResolvers<void> } | undefined;
  /** The taker has not done with its batch yet. */
  let taking = false;
  const silence = new SilenceWatch(firstByteMs, () => {
    if (reader.finished()) finish();
    else fail(silent(provider, silence.limitMs, silence.heard ? "more of its answer" : "byte of an answer"));
  });

  function takePending(): Batch {
    const batch = pending;
    pending = [];
    pendingBytes = 0;
    if (paused && !over) {
      paused = false;
      body.resume();
      silence.resume();
    }
    return batch;
  }
  function hand({ take, end }: NonNullable<typeof taker>): void {
    try {
      const taken = pending.length > 0 && !taking ? take(takePending()) : undefined;
      if (taken instanceof Promise) {
        taking = true;
        taken.then(goOn, refuse);
      }
    } catch (error) {
      refuse(error);
    }
    if (!over || taking) return;
    taker = undefined;
    if (failure === undefined) end.resolve();
    else end.reject(failure.error);
  }
  function goOn(): void {
    taking = false;
    give();
  }
  function refuse(error: unknown): void {
    taking = false;
    pending = [];
    fail(error);
    failure ??= { error };
  }
  /** Gives whoever asks what there is: events, then the failure, then the end. */
  function give(): void {
    if (taker !== undefined) hand(taker);
    if (asked === undefined) return;
    const { resolve, reject } = asked;
    if (pending.length > 0) {
      asked = undefined;
      resolve({ done: false, value: takePending() });
    } else if (failure !== undefined) {
      const { error } = failure;
      failure = undefined;
      asked = undefined;
      reject(error);
    } else if (over) {
      asked = undefined;
      resolve({ done: true, value: undefined });
    }
  }
  /** Nothing more will be read. */
  function stop(): void {
    over = true;
    silence.pause();
    signal.removeEventListener("abort", abort);
  }
  function fail(error: unknown): void {
    if (over) return;
    stop();
    failure = { error };
    response.destroy();
    give();
  }
  /** The upstream has said all it had to say. */
  function finish(): void {
    if (over) return;
    try {
      reader.end(pending);
    } catch (error) {
      fail(error);
      return;
    }
    stop();
    if (!response.complete) letGo(response, body);
    give();
  }
  function abort(): void {
    pending = []; // nobody wants it any more
    fail(signal.reason);
  }
  function read(bytes: Buffer): void {
    if (over) return;
    try {
      reader.feed(decode(bytes), pending);
    } catch (error) {
      fail(error);
      return;
    }
    if (reader.done()) {
      finish();
      return;
    }
    silence.hear(reader.finished() ? Math.min(idleMs, afterFinishMs) : idleMs);
    pendingBytes += bytes.length;
    if (
      asked === undefined &&
      (taker === undefined || taking) &&
      pendingBytes > highWater &&
      pending.length > 0
    ) {
      paused = true;
      body.pause();
      silence.pause(); // it is the reader who is silent now
    }
    if (pending.length > 0) give();
  }

  const body = takeBody(response, read);
  response.once("end", finish);
  response.once("close", finish);
  response.on("error", (cause) => {
    if (reader.finished()) finish();
    else fail(broken(provider, "broke off", { cause, retriable: true }));
  });
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      if (asked !== undefined) return asked.promise.then(() => this.next());
      asked = Promise.withResolvers();
      const { promise } = asked;
      give();
      return promise;
    },
    [handOver](take) {
      const end = Promise.withResolvers<void>();
      taker = { take, end };
      give();
      return end.promise;
    },
    async return() {
      if (!over) {
        stop();
        response.destroy();
      }
      pending = [];
      failure = undefined;
      give();
      return { done: true, value: undefined };
    },
  };
}

/** The answer is complete but its body has not ended: a second for the socket to become free again, then it is cut. */
function letGo(response: IncomingMessage, body: BodyFlow): void {
  const cut = setTimeout(() => response.destroy(), 1_000);
  cut.unref();
  response.once("close", () => clearTimeout(cut));
  body.resume();
}
