import { SkeletonError } from "../../lib/errors.ts";
import type { ContextMessage } from "../../protocols/context.ts";
import type { Operation, Replace } from "./operation.ts";
import type { ContextRead } from "./read-context.ts";

/** The operation that puts `messages` in place of what was read. @throws `bad_input` when two have the same id. */
export function replacement(
  { entries, operations }: ContextRead,
  messages: readonly ContextMessage[],
): Replace {
  if (new Set(messages.map(({ id }) => id)).size < messages.length) {
    throw new SkeletonError("bad_input", "Two messages of the new context have the same id.", {
      hint: "Give each message an id of its own, or none.",
    });
  }
  const present = new Set(entries.map(({ id }) => id));
  const covers = operations.flatMap(mayGetEntry).filter((id) => !present.has(id));
  return { op: "replace", after: entries.at(-1)?.id ?? null, messages, covers: [...new Set(covers)] };
}

/** Ids of messages that may have been added before their history entry. */
function mayGetEntry(operation: Operation): readonly string[] {
  if (operation.op === "replace") return operation.covers;
  if (operation.op !== "add" || operation.own_id || operation.message.role === "tool") return [];
  return [operation.message.id];
}
