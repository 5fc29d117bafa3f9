import { text } from "node:stream/consumers";
import type { ReadStream } from "node:tty";

/**
 * The arguments as one text, then what is piped in, with an empty line between them. A terminal is not waited for.
 * @returns an empty text when there is neither.
 */
export async function readPrompt(
  words: readonly string[],
  stdin: NodeJS.ReadStream | ReadStream,
): Promise<string> {
  const piped = stdin.isTTY ? "" : await text(stdin);
  return [words.join(" "), piped].filter((part) => part.trim() !== "").join("\n\n");
}
