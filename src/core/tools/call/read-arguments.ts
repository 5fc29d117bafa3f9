import type { Json } from "../../../protocols/json.ts";

/** The model's own text as JSON. Empty text means no arguments, and so does `null`. @throws when it is not JSON. */
export function readArguments(text: string): Json {
  if (text.trim() === "") return {};
  try {
    return (JSON.parse(text) as Json) ?? {};
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The arguments are not JSON (${reason}). Send one JSON object.`, { cause });
  }
}
