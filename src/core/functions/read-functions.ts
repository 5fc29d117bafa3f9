import type { ReadPlugin } from "../../lib/plugin-folder.ts";
import { readExports } from "../../lib/read-exports.ts";
import type { FunctionPlugin } from "../../protocols/function-plugin.ts";

const methods = ["start", "preCall", "filterStream", "postCall", "shutdown"] as const;
const hooks = ["preCall", "filterStream", "postCall"] as const;

/** The functions that a module exports. */
export const readFunctions = (
  source: string,
  module: Readonly<Record<string, unknown>>,
): readonly ReadPlugin<FunctionPlugin>[] =>
  readExports(source, module, {
    looksLikeOne: (value) => methods.some((method) => method in value),
    faultOf,
    none: "exports no function: a default export with a name and a hook is what is looked for",
  });

/** What keeps a value from being a function, if anything. */
function faultOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null)
    return "its export is not an object with a name and a hook";
  const { name, priority, onError } = value as Partial<Record<keyof FunctionPlugin, unknown>>;
  if (typeof name !== "string" || name.trim() === "") return "its function has no name";
  for (const method of methods) {
    const type = typeof Reflect.get(value, method);
    if (type !== "function" && type !== "undefined") return `${name}: ${method} is not a function`;
  }
  if (!hooks.some((hook) => hook in value) && !("start" in value))
    return `${name} has none of ${hooks.join(", ")} and start`;
  if (priority !== undefined && !Number.isFinite(priority)) return `${name}: priority is not a number`;
  if (onError !== undefined && onError !== "skip" && onError !== "stop")
    return `${name}: onError is neither "skip" nor "stop"`;
  return undefined;
}
