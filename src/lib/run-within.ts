import vm from "node:vm";

/*
 * V8 looks for a stop while it backtracks, so a time limit on a script also ends a regular expression that would run for
 * years, wherever it was called from: `^(a+)+$` on 29 characters took 1.7 s without one. A worker thread could do the
 * same at the price of a second heap; a context costs a millisecond once, and a run 0.1 ms.
 */
const script = new vm.Script("task()");
let context: vm.Context | undefined;

/**
 * What a task returns within `timeoutMs` of this thread's time; `undefined` when it took longer. It is torn off wherever it
 * is then, so it may alter nothing that others see. @throws what it throws.
 */
export function runWithin<T>(timeoutMs: number, task: () => T): { readonly value: T } | undefined {
  context ??= vm.createContext(Object.create(null));
  context.task = task;
  try {
    return { value: script.runInContext(context, { timeout: timeoutMs }) };
  } catch (error) {
    if ((error as { code?: unknown } | null | undefined)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT")
      return undefined;
    throw error;
  } finally {
    context.task = undefined; // it holds on to what it was about
  }
}
