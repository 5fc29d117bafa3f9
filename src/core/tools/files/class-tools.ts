import type { Class } from "oxc-parser";
import type { Host } from "../../../protocols/plugin.ts";
import type { Tool, ToolContext } from "../../../protocols/tool.ts";
import type { FunctionSyntax, Source } from "../schema/source.ts";
import { asTool } from "./as-tool.ts";
import { functionTool } from "./function-tool.ts";

export type AnyClass = new (host: Host) => Readonly<Record<string, unknown>>;

const schemaMethods = ["get_schema", "getSchema"] as const;

/** A class as the original had them: one tool an instance, which tells its own schema. */
export const isToolClass = ({ prototype }: AnyClass): boolean =>
  typeof prototype?.execute === "function" &&
  schemaMethods.some((method) => typeof prototype[method] === "function");

/**
 * The tool of such a class. `execute(args, context)`, or with more parameters as in the original:
 * `execute(userId, threadId, turnId, args)`. @throws an error that says what is wrong.
 */
export async function classTool(tool: AnyClass, host: Host): Promise<Tool> {
  const instance = new tool(host);
  const method = schemaMethods.find((name) => typeof instance[name] === "function") ?? "getSchema";
  const schema = await (instance[method] as () => unknown)();
  const execute = instance.execute as (...parameters: unknown[]) => unknown;
  return asTool({
    schema,
    execute: (args: unknown, context: ToolContext) =>
      execute.length > 2
        ? execute.call(instance, context.userId, context.threadId, context.turnId, args)
        : execute.call(instance, args, context),
  });
}

/** The public methods of a class, each as a tool that makes itself an instance for every call. */
export function methodTools(
  collection: AnyClass,
  node: Class,
  source: Source,
): readonly { readonly at: number; readonly make: () => Tool }[] {
  return node.body.body.flatMap((member) => {
    if (member.type !== "MethodDefinition" || member.kind !== "method" || member.static) return [];
    if (
      member.key.type !== "Identifier" ||
      member.computed ||
      (member.accessibility ?? "public") !== "public"
    )
      return [];
    const { name } = member.key;
    if (name.startsWith("_") || member.value.body === null) return [];
    const written = { node: member.value as FunctionSyntax, doc: source.docAt(member.start) };
    const get = ({ host }: ToolContext) => {
      const instance = new collection(host);
      return (instance[name] as (...parameters: unknown[]) => unknown).bind(instance);
    };
    return [{ at: member.start, make: () => functionTool(name, written, source, get) }];
  });
}
