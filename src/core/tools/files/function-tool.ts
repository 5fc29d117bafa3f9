import type { Json } from "../../../protocols/json.ts";
import type { Tool, ToolContext } from "../../../protocols/tool.ts";
import type { FunctionSchema } from "../schema/function-schema.ts";
import type { Slot } from "../schema/signature.ts";
import { asTool } from "./as-tool.ts";

export type AnyFunction = (...parameters: unknown[]) => unknown;

/**
 * A tool of a function and what its text says.
 * @param get gives the function for one call. @throws an error that says what is wrong.
 */
export const functionTool = (
  { slots, ...schema }: FunctionSchema,
  get: (context: ToolContext) => AnyFunction,
): Tool =>
  asTool({
    ...schema,
    execute: (args: Readonly<Record<string, Json>>, context: ToolContext) =>
      get(context)(...slots.map((slot) => fill(slot, args, context))),
  });

function fill(slot: Slot, args: Readonly<Record<string, Json>>, context: ToolContext): unknown {
  switch (slot.fill) {
    case "argument":
      return Object.hasOwn(args, slot.name) ? args[slot.name] : undefined;
    case "arguments":
      return args;
    case "context":
      return context;
    case "user_id":
      return context.userId;
    case "thread_id":
      return context.threadId;
    case "turn_correlation_id":
      return context.turnId;
  }
}
