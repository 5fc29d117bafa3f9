import { SkeletonError } from "../lib/errors.ts";

/** Characters of a message at most. */
const maxContent = 100_000;

/** What is said to a model, whichever way it comes in. @throws `bad_input`. */
export function checkContent(content: string): void {
  if (content.trim() === "") throw badContent("Message content cannot be empty");
  if (content.length > maxContent) throw badContent("Message content too long");
}

/** The original's own sentences, word for word: a hint would change them. */
const badContent = (message: string) => new SkeletonError("bad_input", message, { hint: "" });
