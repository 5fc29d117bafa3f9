import type { FunctionPlugin } from "./function-plugin.ts";

/**
 * The hooks that every message passes: files in the plugins folder.
 * Finished when it passes `functionsContract` (src/testkit/functions-contract.ts).
 */
export interface Functions {
  /**
   * In the order in which `preCall` runs: highest priority first, then by name; `filterStream` and `postCall` run in
   * the opposite one. Each name once. Started: their `start` has run. Empty when there are none.
   */
  getFunctions(): Promise<readonly FunctionPlugin[]>;
  /** Files that could not be loaded, and why. */
  getProblems(): Promise<readonly { readonly source: string; readonly problem: string }[]>;
  /** The files of the functions, by name. Absent where that cannot be told. */
  getSources?(): Promise<Readonly<Record<string, string>>>;
  /**
   * Loads what has changed on the disk anew; whoever asks for the list meanwhile waits for it. What cannot be loaded is a
   * problem, not a throw. Absent where nothing can change.
   * @param turnsEnd resolves when the turns that run now have ended, which go on with the functions that they have: a
   * function that is gone or changed is shut down then, and the new one is started before. Without turns, the other way round.
   */
  reload?(turnsEnd?: Promise<void>): Promise<void>;
  shutdown?(): Promise<void>;
}
