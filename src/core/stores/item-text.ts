import type { Json, JsonObject } from "../../protocols/json.ts";

/** The text an item has under a key. */
export function itemText(item: string, key: string): string | null {
  return textIn(JSON.parse(item) as Json, key);
}

export function textIn(item: Json, key: string): string | null {
  if (typeof item !== "object" || item === null || Array.isArray(item) || !Object.hasOwn(item, key))
    return null;
  const text = (item as JsonObject)[key];
  return typeof text === "string" ? text : null;
}
