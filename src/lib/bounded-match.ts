import vm from "node:vm";

/*
 * V8 looks for a stop while it backtracks, so a time limit on the script also ends a regular expression that would
 * run for years: `^(a+)+$` on 29 characters took 1.7 s without one. A worker thread could do the same at the price
 * of a second heap; a context costs a millisecond once.
 */
const script = new vm.Script(
  "(() => { const regex = new RegExp(pattern, flags); return texts.map((text) => regex.test(text)); })()",
);
let context: vm.Context | undefined;

/**
 * Whether each text matches, all within `timeoutMs` of this thread's time; `undefined` when it took longer.
 * The pattern must be one that compiles.
 */
export function matchWithin(
  regex: { readonly pattern: string; readonly flags: string },
  texts: readonly string[],
  timeoutMs: number,
): readonly boolean[] | undefined {
  context ??= vm.createContext(Object.create(null));
  Object.assign(context, { pattern: regex.pattern, flags: regex.flags, texts });
  try {
    return [...script.runInContext(context, { timeout: timeoutMs })];
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return undefined;
    throw error;
  }
}
