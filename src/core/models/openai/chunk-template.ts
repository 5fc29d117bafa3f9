import { isObject } from "../../../lib/is-object.ts";
import type { ModelEvent } from "../../../protocols/model.ts";

/** What surrounds the token in a stream: the JSON of its chunk, and the line of the event that carries it. */
export type ChunkTemplate = {
  readonly event: "message_tokens" | "thinking_tokens";
  /** From the beginning of the event to the token. */
  readonly prefix: string;
  /** From the quote after the token to the end of the event. */
  readonly suffix: string;
  /** What ends an event. */
  readonly separator: string;
};

const probe = "skeleton-probe";

/**
 * A stream repeats the same text around each token, and parsing it all costs more than everything else that is done
 * with a token. So the surroundings of a parsed chunk are kept, and what has the very same ones is read without a parser.
 * @param text what the network brought, `data` in it.
 * @param said the one thing that the chunk said; the caller has made sure that it says nothing else.
 * @returns `undefined` when the place of the token is not certain: it stands there in another spelling, or twice.
 */
export function templateOf(text: string, data: string, said: ModelEvent): ChunkTemplate | undefined {
  if (said.event !== "message_tokens" && said.event !== "thinking_tokens") return undefined;
  const literal = JSON.stringify(said.data.content);
  const at = data.indexOf(literal);
  if (at === -1 || data.indexOf(literal, at + 1) !== -1) return undefined;
  const prefix = data.slice(0, at + 1);
  const suffix = data.slice(at + literal.length - 1);
  const delta = deltaOf(JSON.parse(prefix + probe + suffix));
  const keys = said.event === "message_tokens" ? ["content"] : ["reasoning", "reasoning_content"];
  const field = ["data: ", "data:"].find((candidate) => text.includes(candidate + data));
  const separator = ["\n\n", "\r\n\r\n"].find((candidate) => text.includes(data + candidate));
  if (field === undefined || separator === undefined || !keys.some((key) => delta[key] === probe))
    return undefined;
  return { event: said.event, prefix: flat(field + prefix), suffix: flat(suffix + separator), separator };
}

/** A copy of its own: a slice of the network's text compares slowly, and keeps all of that text in memory. */
const flat = (text: string): string => Buffer.from(text).toString();

/**
 * Reads the tokens that look like the template.
 * @param from where an event begins.
 * @returns where what looks different begins, which must be parsed.
 */
export function readTokens(
  { prefix, suffix }: ChunkTemplate,
  text: string,
  from: number,
  take: (token: string) => void,
): number {
  for (let at = from; ; ) {
    const start = at + prefix.length;
    // slices, since V8 compares them much faster than startsWith does
    if (text.slice(at, start) !== prefix) return at;
    const end = text.indexOf('"', start);
    if (end <= start || text.slice(end, end + suffix.length) !== suffix) return at;
    const token = text.slice(start, end);
    if (mustBeParsed.test(token)) return at;
    take(token);
    at = end + suffix.length;
  }
}

/** Escapes, and what JSON forbids to stand as it is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const mustBeParsed = /[\\\u0000-\u001f]/;

function deltaOf(chunk: unknown): Readonly<Record<string, unknown>> {
  const choices: unknown = isObject(chunk) ? chunk.choices : undefined;
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  return isObject(choice) && isObject(choice.delta) ? choice.delta : {};
}
