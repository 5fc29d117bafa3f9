import { errorText } from "./error-text.ts";

/**
 * What a tool answered as text that a history can hold and a model can read, at most `maxChars` long: text as it is,
 * anything else as JSON text. What is binary or has no JSON is said in a sentence in its place.
 */
export function resultText(value: unknown, maxChars: number): string {
  if (typeof value === "string") return fitted(isBinary(value) ? binary(utf8(value)) : value, maxChars);
  const bytes = byteLength(value);
  if (bytes !== undefined) return binary(bytes);
  try {
    return fitted(jsonText(value), maxChars);
  } catch (error) {
    const text = `Error: Tool returned data that cannot be serialized to JSON. Error: ${errorText(error)}`;
    return fitted(text, maxChars);
  }
}

/** The beginning of a text that is too long, and a note of how much of it that is. */
function fitted(text: string, maxChars: number): string {
  const whole = text.toWellFormed(); // half a surrogate pair is no text, and stores refuse it
  if (whole.length <= maxChars) return whole;
  const note = (shown: number) =>
    `\n[Cut: these are the first ${shown} of ${whole.length} characters. Ask for less, or for a part.]`;
  let shown = maxChars - note(maxChars).length;
  if (isHighSurrogate(whole.charCodeAt(shown - 1))) shown--;
  return whole.slice(0, shown) + note(shown);
}

const isHighSurrogate = (code: number) => code >= 0xd800 && code <= 0xdbff;

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for; tab, LF and CR are text
const control = /[\x00-\x08\x0b\x0c\x0e-\x1f]/;

const isBinary = (text: string): boolean => control.test(text);

/** A text of ours that quotes what somebody else wrote: without control characters, and at most `maxChars` long. */
export const quotingText = (text: string, maxChars: number): string =>
  fitted(text.replace(new RegExp(control, "g"), "\ufffd"), maxChars);

const binary = (bytes: number): string =>
  `Error: Tool returned binary data (${bytes} bytes). Binary data cannot be stored in conversation history.`;

const utf8 = (text: string): number => Buffer.byteLength(text);

function byteLength(value: unknown): number | undefined {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return value.byteLength;
  return value instanceof Blob ? value.size : undefined;
}

/** Nothing is `null`, as it was in the original. @throws when there is no JSON for it. */
function jsonText(value: unknown): string {
  const text = JSON.stringify(value ?? null, sayable);
  if (text === undefined) throw new TypeError(`A ${typeof value} has no JSON.`);
  return text;
}

/** `JSON.stringify` throws at a BigInt and makes `{}` of maps, sets and errors, which would look like an answer. */
function sayable(this: unknown, key: string, value: unknown): unknown {
  const raw: unknown = Reflect.get(Object(this), key); // before `toJSON`, by which a buffer becomes a list of bytes
  const bytes = byteLength(raw);
  if (bytes !== undefined) return `(binary data, ${bytes} bytes)`;
  if (typeof value === "bigint") return String(value);
  if (value instanceof Map || value instanceof Set) return [...value];
  return value instanceof Error ? errorText(value) : value;
}
