import { setImmediate as nextTask } from "node:timers/promises";
import type { Json } from "../../../protocols/json.ts";
import type { Tool, ToolContext } from "../../../protocols/tool.ts";

/** Of one call. Each is kept in the history; a tool with more to say has it in its result. */
const linesAtMost = 10_000;

export type RunOptions = {
  /** For the whole run, in ms, whoever it is that takes the time; while its user is asked it does not run. */
  readonly limitMs: number;
  /** A yielded value as a line for the reader. */
  readonly line: (value: unknown) => string;
};

/** ms of lines one upon another after which others get their turn: a generator without an `await` would let nobody in. */
const breathMs = 20;

/**
 * Runs a tool, whatever it is made of: yields its lines, returns its result. It is told to stop by its signal, and is
 * not waited for either: a tool that does not listen cannot hold up the turn. What it does after that is nobody's.
 * @throws what it throws; the signal's reason; an error that names the limit.
 */
export async function* runTool(
  tool: Tool,
  args: Readonly<Record<string, Json>>,
  context: ToolContext,
  { limitMs, line }: RunOptions,
): AsyncGenerator<string, unknown> {
  const own = new AbortController();
  const signal = AbortSignal.any([context.signal, own.signal]);
  const late = () => own.abort(new Error(`It took longer than ${limitMs} ms and was stopped.`));
  const clock = startClock(limitMs, late);
  const over = new AbortController();
  const { allowed: _, ask, ...rest } = context;
  const asking = ask && { ask: asksMeanwhile(ask, clock, AbortSignal.any([signal, over.signal])) };
  let interrupt = (_reason: unknown) => {};
  const stop = () => interrupt(signal.reason);
  // not a race with one promise of the end, which would keep a note of every step until then
  const unlessStopped = <T>(work: T | PromiseLike<T>) =>
    new Promise<Awaited<T>>((resolve, reject) => {
      interrupt = reject;
      if (signal.aborted) stop();
      Promise.resolve(work).then(resolve, reject);
    });
  signal.addEventListener("abort", stop, { once: true });
  let steps: Steps | undefined;
  try {
    signal.throwIfAborted();
    const result: unknown = await unlessStopped(tool.execute(args, { ...rest, ...asking, signal }));
    if (!isSteps(result)) return result;
    steps = result;
    let breath = performance.now() + breathMs;
    for (let lines = 0; ; lines++) {
      if (lines === linesAtMost) throw new Error(`It said more than ${linesAtMost} lines and was stopped.`);
      const step: IteratorResult<unknown, unknown> = await unlessStopped(steps.next());
      if (step.done) {
        steps = undefined;
        return step.value;
      }
      yield line(step.value);
      if (performance.now() < breath) continue;
      await nextTask();
      breath = performance.now() + breathMs;
    }
  } finally {
    clock.stop();
    over.abort(new Error("The call is over."));
    signal.removeEventListener("abort", stop);
    if (steps !== undefined) {
      own.abort(new Error("Nobody waits for it any more."));
      letGo(steps);
    }
  }
}

/** The time that a tool may take, which stands still while it is `held`: as often as it is let go, it goes on. */
type Clock = { hold(): void; letGo(): void; stop(): void };

function startClock(limitMs: number, late: () => void): Clock {
  let left = limitMs;
  let holds = 0;
  let since = performance.now();
  let timer: NodeJS.Timeout | undefined = setTimeout(late, left);
  return {
    hold() {
      if (holds++ > 0) return;
      clearTimeout(timer);
      left = Math.max(0, left - (performance.now() - since));
    },
    letGo() {
      if (--holds > 0 || timer === undefined) return;
      since = performance.now();
      timer = setTimeout(late, left);
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

type Ask = NonNullable<ToolContext["ask"]>;

/** Asks while the clock stands still; what is not answered when the call is over is taken back. */
const asksMeanwhile =
  (ask: Ask, clock: Clock, over: AbortSignal): Ask =>
  async (question) => {
    const signal = question.signal === undefined ? over : AbortSignal.any([over, question.signal]);
    signal.throwIfAborted();
    clock.hold();
    try {
      return await ask({ ...question, signal });
    } finally {
      clock.letGo();
    }
  };

type Steps = Iterator<unknown, unknown> | AsyncIterator<unknown, unknown>;

/** A generator, or what another realm or library made to be one. A list is a result and no steps. */
function isSteps(value: unknown): value is Steps {
  if (typeof value !== "object" || value === null) return false;
  const { next, return: end } = value as Partial<Steps>;
  const iterates = Symbol.asyncIterator in value || Symbol.iterator in value;
  return iterates && typeof next === "function" && typeof end === "function";
}

/** Lets its `finally` run. It is not waited for: it may be in an `await` that never ends. */
function letGo(steps: Steps): void {
  Promise.try(() => steps.return?.()).catch(() => {}); // what it throws on its way out has no reader any more
}
