import { parse } from "yaml";
import type { SystemPrompt } from "../../protocols/system-prompts.ts";
import type { Prompts } from "./built-in-prompts.ts";

/** The valid prompts of a file, and a sentence for each entry that is left out. */
export type ParsedPrompts = { readonly prompts: Prompts; readonly dropped: readonly string[] };

/**
 * Reads a prompts file: a map of key to `content` (a text, perhaps empty) and `description` (a text, optional).
 * A key that stands there twice counts as it stands last. @throws when the text is no YAML.
 */
export function parsePrompts(text: string): ParsedPrompts {
  const entries: unknown = parse(text, { uniqueKeys: false, mapAsMap: true });
  if (!(entries instanceof Map)) return { prompts: new Map(), dropped: ["the file is not a map of prompts"] };
  const prompts = new Map<string, SystemPrompt>();
  const dropped: string[] = [];
  for (const [name, entry] of entries) {
    const key = String(name);
    const prompt = readPrompt(entry);
    if (typeof prompt === "string") dropped.push(`the prompt "${key}" ${prompt}`);
    else prompts.set(key, prompt);
  }
  return { prompts, dropped };
}

/** The prompt, or what is wrong with it. */
function readPrompt(entry: unknown): SystemPrompt | string {
  if (!(entry instanceof Map)) return "is not a map with content and description";
  const content: unknown = entry.get("content");
  const description: unknown = entry.get("description") ?? "";
  if (typeof content !== "string") return "has no content that is a text";
  if (typeof description !== "string") return "has a description that is not a text";
  return { content, description };
}
