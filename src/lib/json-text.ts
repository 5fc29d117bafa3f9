import { badInput } from "./errors.ts";

/** Levels of arrays and objects. Deeper values overflow the stack of whoever walks them. */
const MAX_DEPTH = 100;

/**
 * A value as JSON text. It is measured with a list instead of recursion, before anything recurses into it.
 * @throws `bad_input` for what JSON cannot say (dates, NaN, functions, cycles) and beyond 100 levels.
 */
export function jsonText(value: unknown): string {
  const waiting: { readonly part: unknown; readonly depth: number }[] = [{ part: value, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { part, depth } = next;
    if (typeof part === "string" || typeof part === "boolean" || part === null) continue;
    if (typeof part === "number" && Number.isFinite(part)) continue;
    if (typeof part !== "object" || "toJSON" in part)
      throw badInput(
        "A value is not JSON.",
        "Send text, finite numbers, booleans, null, arrays and plain objects.",
      );
    if (depth >= MAX_DEPTH)
      throw badInput(`JSON is nested deeper than ${MAX_DEPTH} levels.`, "Flatten it, or keep it as text.");
    if (Array.isArray(part)) for (const inner of part) waiting.push({ part: inner, depth: depth + 1 });
    else
      for (const inner of Object.values(part))
        if (inner !== undefined) waiting.push({ part: inner, depth: depth + 1 });
  }
  return JSON.stringify(value);
}
