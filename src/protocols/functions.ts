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
   * Loads what has changed on the disk anew: functions that are gone or changed are shut down, then the new ones started;
   * whoever asks for the list meanwhile waits for it. It is called when no turn runs. What cannot be loaded is a problem, not a throw. Absent where nothing can change.
   */
  reload?(): Promise<void>;
  shutdown?(): Promise<void>;
}
