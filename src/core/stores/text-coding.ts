/*
 * Databases keep text as UTF-8, which has no lone surrogates, and PostgreSQL keeps no NUL. Both turn up: a title cut
 * in the middle of an emoji, bytes from a tool. They are written with an escape, so that every text comes back as it
 * was. Text without them, which is nearly all, is kept as it is.
 */

/** A code point that is no character and never will be. */
const ESCAPE = "\u{10fffe}";
const NEEDS_ESCAPE = /[\0\p{Surrogate}\u{10fffe}]/u;
const TO_ESCAPE = /[\0\p{Surrogate}\u{10fffe}]/gu;
const ESCAPED = /\u{10fffe}([0-9a-f]{4}|\u{10fffe})/gu;

/** Text as it is kept. */
export function encodeText(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return text;
  return text.replace(TO_ESCAPE, (unit) =>
    unit === ESCAPE ? ESCAPE + ESCAPE : ESCAPE + unit.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

/** The text that was kept. */
export function decodeText(kept: string): string {
  if (!kept.includes(ESCAPE)) return kept;
  return kept.replace(ESCAPED, (_, unit: string) =>
    unit === ESCAPE ? ESCAPE : String.fromCharCode(Number.parseInt(unit, 16)),
  );
}
