import { inSentences } from "../../../lib/in-sentences.ts";

/** What was thrown, for the model: the message, and the hint of an error that has one. Never a stack. */
export function errorText(error: unknown): string {
  try {
    if (!(error instanceof Error)) return String(error);
    const { hint } = error as { readonly hint?: unknown };
    return inSentences({ message: error.message || error.name, hint });
  } catch {
    return "Something that has no text was thrown."; // a tool may throw what cannot even be made one
  }
}
