import vm from "node:vm";

/*
 * V8 looks for a stop while it backtracks, so a time limit on a script also ends a regular expression that would run for
 * years, wherever it was called from: `^(a+)+$` on 29 characters took 1.7 s without one. A worker thread could do the
 * same at the price of a second heap; a context costs a millisecond once, and a run 0.1 ms.
 */
const script = new vm.Script("task()");
let context: vm.Context | undefined;

/**
 * What a task returns within `timeoutMs` of this thread's processor time; `undefined` when it took longer. It is torn off
 * wherever it is then, and begun again where other work had the processor meanwhile, so it may alter nothing that others
 * see. @throws what it throws.
 */
export function runWithin<T>(timeoutMs: number, task: () => T): { readonly value: T } | undefined {
  context ??= vm.createContext(Object.create(null));
  context.task = task;
  try {
    for (let spentMs = 0; spentMs < timeoutMs * 0.9; ) {
      const before = process.threadCpuUsage();
      try {
        return { value: script.runInContext(context, { timeout: timeoutMs }) };
      } catch (error) {
        if ((error as { code?: unknown } | null | undefined)?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT")
          throw error;
      }
      const { user, system } = process.threadCpuUsage(before); // the limit of a script is by the clock on the wall
      spentMs += Math.max(1, (user + system) / 1000);
    }
    return undefined;
  } finally {
    context.task = undefined; // it holds on to what it was about
  }
}
