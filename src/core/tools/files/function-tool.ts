import type { Json } from "../../../protocols/json.ts";
import type { Tool, ToolContext } from "../../../protocols/tool.ts";
import type { DocComment } from "../schema/doc-comment.ts";
import { readSignature, type Slot } from "../schema/signature.ts";
import type { FunctionSyntax, Source } from "../schema/source.ts";
import { asTool } from "./as-tool.ts";

type AnyFunction = (...parameters: unknown[]) => unknown;

/**
 * A tool of a function and how it is written.
 * @param get gives the function for one call. @throws SchemaFault; an error that says what is wrong.
 */
export function functionTool(
  name: string,
  { node, doc }: { readonly node: FunctionSyntax; readonly doc: DocComment },
  source: Source,
  get: (context: ToolContext) => AnyFunction,
): Tool {
  const { parameters, slots } = readSignature(node, doc, source);
  return asTool({
    name,
    description: doc.description,
    parameters,
    ...traits(doc.tags),
    execute: (args: Readonly<Record<string, Json>>, context: ToolContext) =>
      get(context)(...slots.map((slot) => fill(slot, args, context))),
  });
}

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

/** `@readOnly`, `@idempotent`, `@approve once` and `@timeoutMs 5000`. */
function traits(tags: ReadonlyMap<string, string>): Pick<Tool, "readOnly" | "idempotent"> {
  return {
    ...(tags.has("readOnly") || tags.has("readonly") ? { readOnly: true } : {}),
    ...(tags.has("idempotent") ? { idempotent: true } : {}),
    ...(tags.has("approve") ? { approve: tags.get("approve") || "always" } : {}),
    ...(tags.has("timeoutMs") ? { timeoutMs: Number(tags.get("timeoutMs")) } : {}),
  };
}
