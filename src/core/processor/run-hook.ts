import type { FunctionPlugin, HookResult } from "../../protocols/function-plugin.ts";
import { patience } from "./patience.ts";
import { line, type Talk } from "./talk.ts";
import type { Steps } from "./tell-steps.ts";

/** The code of the error by which a function with `onError: "stop"` ends its turn. */
export const stoppedByFunction = "stopped_by_function";

/**
 * Runs one hook. What it yields becomes lines for the reader. One that throws, takes too long or answers something
 * `check` refuses is told to the reader; the turn goes on as if it had said nothing, or stops if the function wants that.
 * @returns what it answered; `undefined` where it changes nothing.
 */
export async function* runHook<T>(
  talk: Talk,
  { name, onError }: FunctionPlugin,
  hook: () => HookResult<T>,
  check: (result: T) => T,
): Steps<T | undefined> {
  try {
    talk.signal.throwIfAborted();
    const answer = hook();
    const result = isPromised(answer) ? yield* follow(talk, name, answer) : answer;
    return result === undefined ? undefined : check(result as T);
  } catch (error) {
    talk.signal.throwIfAborted();
    talk.host.log.warn({ err: error, function: name, turn: talk.turn.turnId }, "functions: a hook failed");
    const text = error instanceof Error ? error.message : String(error);
    yield [line(talk, `Error in function ${name}: ${text}`)];
    if (onError !== "stop") return undefined;
    const message = `The function ${name} stopped this turn: ${text}`;
    throw Object.assign(new Error(message, { cause: error }), { code: stoppedByFunction });
  }
}

type Followed = Promise<unknown> | AsyncGenerator<unknown> | Generator<unknown>;

/** Something to wait for. A hook that answers at once costs neither a timer nor a promise. */
const isPromised = (answer: unknown): answer is Followed =>
  typeof answer === "object" &&
  answer !== null &&
  (typeof Reflect.get(answer, "then") === "function" || typeof Reflect.get(answer, "next") === "function");

async function* follow(talk: Talk, name: string, answer: Followed): Steps<unknown> {
  const limit = patience(talk.host.config.functions.timeout_ms, talk.signal);
  let done = false;
  try {
    if (!("next" in answer)) return await limit.wait(answer);
    for (;;) {
      const step: IteratorResult<unknown> = await limit.wait(Promise.resolve(answer.next()));
      if (step.done === true) {
        done = true;
        return step.value;
      }
      yield [line(talk, `${name}: ${String(step.value)}`)];
    }
  } finally {
    limit.end();
    // Not awaited: it may be the one that hangs.
    if (!done && "return" in answer) Promise.resolve(answer.return(undefined)).catch(() => {});
  }
}
