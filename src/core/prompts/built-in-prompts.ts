import type { SystemPrompt } from "../../protocols/system-prompts.ts";

/** Prompts by key, in the order to show. A map, because a key may be any text, `__proto__` too. */
export type Prompts = ReadonlyMap<string, SystemPrompt>;

/** What there is to choose when nobody wrote a prompts file. */
export const builtInPrompts: Prompts = new Map([
  [
    "default",
    {
      content:
        "You are a helpful assistant. Answer clearly and to the point, say so when you do not know something, " +
        "and use Markdown where it makes an answer easier to read.",
      description: "A helpful assistant for anything",
    },
  ],
  ["zero", { content: "", description: "No system prompt at all" }],
]);
