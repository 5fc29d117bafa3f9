import type { FunctionPlugin } from "../../protocols/function-plugin.ts";
import type { Read } from "./read-functions.ts";

/** A function and the file it is from. */
export type Found = Extract<Read, { plugin: FunctionPlugin }>;

export type Chosen = {
  /** Highest priority first, then by name; each name once. */
  readonly functions: readonly Found[];
  readonly problems: readonly Extract<Read, { problem: string }>[];
};

/** What is used of what was read. Where two have one name, the first has it. */
export function chooseFunctions(read: readonly Read[]): Chosen {
  const named = new Map<string, Found>();
  const problems: Extract<Read, { problem: string }>[] = [];
  for (const one of read) {
    if ("problem" in one) {
      problems.push(one);
      continue;
    }
    const first = named.get(one.plugin.name);
    if (first === undefined) named.set(one.plugin.name, one);
    else
      problems.push({
        source: one.source,
        problem: `${one.plugin.name} is the name of a function in ${first.source}; rename one of them`,
      });
  }
  return { functions: [...named.values()].sort(inOrder), problems };
}

function inOrder({ plugin: one }: Found, { plugin: other }: Found): number {
  const byPriority = (other.priority ?? 0) - (one.priority ?? 0);
  if (byPriority !== 0) return byPriority;
  return one.name < other.name ? -1 : 1;
}
