import type { ContextChanges, ContextMessage } from "../../protocols/context.ts";

/**
 * What was done to a context, in the order in which it was done. `after` is the entry at which the active branch ended
 * at that time, `null` in an empty history: an operation counts on every branch that goes through it.
 */
export type Operation =
  | {
      readonly op: "add";
      readonly after: string | null;
      readonly message: ContextMessage;
      /** The id was made up here, so no history entry will ever have it. */
      readonly own_id?: boolean;
    }
  | { readonly op: "update"; readonly id: string; readonly changes: ContextChanges }
  | { readonly op: "remove"; readonly ids: readonly string[] }
  | {
      readonly op: "replace";
      readonly after: string | null;
      readonly messages: readonly ContextMessage[];
      /** Messages it stands for as well, whose history entries were still to come. */
      readonly covers: readonly string[];
    };

export type Add = Extract<Operation, { op: "add" }>;
export type Replace = Extract<Operation, { op: "replace" }>;
