import type { NewMessage } from "../../protocols/threads.ts";
import { grow, type Segment, type Tree } from "./tree.ts";

/** An entry to append below; both `null` for a first entry. */
export type Parent = { readonly position: number | null; readonly id: string | null };

export type AppendPlan = {
  /** What is missing, in order, the first of them at position `tree.length`. */
  readonly appended: readonly { readonly message: NewMessage; readonly parentId: string | null }[];
  readonly segments: readonly Segment[];
};

/**
 * Messages one below the other, beginning below `parent`. What is there already, by `present`, is not appended again;
 * what follows it hangs below it.
 */
export function planAppend(
  tree: Tree,
  messages: readonly NewMessage[],
  present: ReadonlyMap<string, number>,
  parent: Parent,
): AppendPlan {
  const positions = new Map(present);
  const appended: { message: NewMessage; parentId: string | null }[] = [];
  let segments = tree.segments;
  let above = parent;
  for (const message of messages) {
    let position = positions.get(message.id);
    if (position === undefined) {
      position = tree.length + appended.length;
      positions.set(message.id, position);
      segments = grow(segments, position, above.position);
      appended.push({ message, parentId: above.id });
    }
    above = { position, id: message.id };
  }
  return { appended, segments };
}
