import type { FunctionPlugin } from "../../protocols/function-plugin.ts";

/** A function and where it came from; or what is wrong with what is there. */
export type Read =
  | { readonly source: string; readonly plugin: FunctionPlugin }
  | { readonly source: string; readonly problem: string };

const methods = ["start", "preCall", "filterStream", "postCall", "shutdown"] as const;
const hooks = ["preCall", "filterStream", "postCall"] as const;

/**
 * The functions that a module exports: its default export, or else its named ones; each one function or a list of
 * them. Named exports that are something else are the module's own business.
 */
export function readFunctions(source: string, module: Readonly<Record<string, unknown>>): readonly Read[] {
  const given = module.default ?? Object.values(module).filter(looksLikeOne);
  const exported = Array.isArray(given) ? given.flat() : [given];
  if (exported.length === 0)
    return [
      {
        source,
        problem: "exports no function: a default export with a name and a hook is what is looked for",
      },
    ];
  return exported.map((value): Read => {
    const problem = faultOf(value);
    return problem === undefined ? { source, plugin: value as FunctionPlugin } : { source, problem };
  });
}

const looksLikeOne = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.some(looksLikeOne)
    : typeof value === "object" && value !== null && methods.some((method) => method in value);

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
