import { eachNameOnce } from "../../lib/each-name-once.ts";
import type { FoundPlugin, PluginFault, ReadPlugin } from "../../lib/plugin-folder.ts";
import type { FunctionPlugin } from "../../protocols/function-plugin.ts";

/** A function and the file it is from. */
export type Found = FoundPlugin<FunctionPlugin>;

export type Chosen = {
  /** Highest priority first, then by name; each name once. */
  readonly functions: readonly Found[];
  readonly problems: readonly PluginFault[];
};

/** What is used of what was read. Where two have one name, the first has it. */
export function chooseFunctions(read: readonly ReadPlugin<FunctionPlugin>[]): Chosen {
  const { found, problems } = eachNameOnce(read, "a function");
  return { functions: [...found].sort(inOrder), problems };
}

function inOrder({ plugin: one }: Found, { plugin: other }: Found): number {
  const byPriority = (other.priority ?? 0) - (one.priority ?? 0);
  if (byPriority !== 0) return byPriority;
  return one.name < other.name ? -1 : 1;
}
