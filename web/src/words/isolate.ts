/** Marks that change the direction of what follows them, past the end of the name that holds them. */
const marks = /[\u202A-\u202E\u2066-\u2069]/g;
/** Letters that are written from right to left, and marks that act like one. */
const turning = /[\u0590-\u08FF\u200F\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** A name without the marks by which it could look like another one. */
export const withoutMarks = (name: string): string => name.replace(marks, "");

/**
 * A name that somebody chose, for the middle of a sentence: whichever way it reads and whatever marks it holds, the
 * words around it stay in their order (U+2068 and U+2069, see https://www.w3.org/International/questions/qa-bidi-unicode-controls).
 */
export function isolate(name: string): string {
  const bare = withoutMarks(name);
  return turning.test(bare) ? `\u2068${bare}\u2069` : bare;
}
