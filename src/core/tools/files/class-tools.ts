import type { Host } from "../../../protocols/plugin.ts";
import type { Tool, ToolContext } from "../../../protocols/tool.ts";
import { asTool } from "./as-tool.ts";
import type { AnyFunction } from "./function-tool.ts";

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

/** A method of a class as a function that makes itself an instance for every call. */
export const methodOf =
  (collection: AnyClass, method: string) =>
  ({ host }: ToolContext): AnyFunction => {
    const instance = new collection(host);
    return (instance[method] as AnyFunction).bind(instance);
  };
