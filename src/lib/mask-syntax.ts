/** A mask in JavaScript's words, or what in it cannot be said there. */
export type TranslatedMask =
  | { readonly pattern: string; readonly flags: string }
  | { readonly fault: string };

/** Nothing before, nothing after; true of the text and not of a line, whatever the flags. */
const START = String.raw`(?<![\s\S])`;
const END = String.raw`(?![\s\S])`;

/** Longer than any sensible mask, short enough to be checked at once. */
const MAX_LENGTH = 1000;

/**
 * Python's regular expressions as JavaScript's with the `u` flag, which is strict: what the two read differently is
 * refused rather than guessed. Names of groups (`(?P<n>…)`, `(?P=n)`), `\A`, `\Z`, `\z`, flags in front (`(?i)`, `(?s)`,
 * `(?m)`, `(?u)`) and escaped punctuation are translated. The result matches the whole text or nothing.
 * `\d`, `\w` and `\s` mean what JavaScript means by them: ASCII digits and letters.
 */
export function translateMask(mask: string): TranslatedMask {
  if (mask.length > MAX_LENGTH) return { fault: `it is longer than ${MAX_LENGTH} characters` };
  const front = /^\(\?([ismu]+)\)/.exec(mask);
  const flags = [...new Set(front?.[1] ?? "")].filter((flag) => flag !== "u").join("");
  const body = translateBody(mask.slice(front?.[0].length ?? 0));
  if ("fault" in body) return body;
  const pattern = `${START}(?:${body.text})${END}`;
  try {
    // Compiled without the frame too: a lone `)` would only close it.
    new RegExp(body.text, `${flags}u`);
    new RegExp(pattern, `${flags}u`);
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
  return { pattern, flags: `${flags}u` };
}

type Step = { readonly read: string; readonly write: string };

/** Each entry: what Python writes, and its translation or what it is called when there is none. */
const CONSTRUCTS: readonly (readonly [RegExp, (match: RegExpExecArray) => string | { fault: string }])[] = [
  [/^\(\?P<(\w+)>/, (match) => `(?<${match[1]}>`],
  [/^\(\?P=(\w+)\)/, (match) => String.raw`\k<${match[1]}>`],
  [/^\(\?P/, () => ({ fault: "`(?P` without `<name>` or `=name`" })],
  [/^\(\?#/, () => ({ fault: "a comment, `(?#…)`" })],
  [/^\(\?\(/, () => ({ fault: "a conditional, `(?(…)…)`" })],
  [/^\(\?>/, () => ({ fault: "an atomic group, `(?>…)`" })],
  [/^\(\?[a-zA-Z]+\)/, (match) => ({ fault: `the flags \`${match[0]}\` (only i, s, m and u, in front)` })],
  [/^(?:[*+?]|\{\d*,?\d*\})\+/, (match) => ({ fault: `the possessive quantifier \`${match[0]}\`` })],
  [/^\{,\d*\}/, (match) => ({ fault: `the quantifier \`${match[0]}\` (write \`{0,…}\`)` })],
  [/^\\A/, () => START],
  [/^\\[Zz]/, () => END],
  [/^\\([-_ "#%&',:;<=>@`~!])/, (match) => match[1] ?? ""],
];

function translateBody(mask: string): { readonly text: string } | { readonly fault: string } {
  let text = "";
  for (let at = 0; at < mask.length; ) {
    const rest = mask.slice(at);
    const step = rest.startsWith("[") ? translateClass(rest) : translateStep(rest);
    if ("fault" in step) return { fault: `it uses ${step.fault}, which is not supported` };
    text += step.write;
    at += step.read.length;
  }
  return { text };
}

function translateStep(rest: string): Step | { readonly fault: string } {
  for (const [pattern, translate] of CONSTRUCTS) {
    const match = pattern.exec(rest);
    if (match === null) continue;
    const write = translate(match);
    return typeof write === "string" ? { read: match[0], write } : write;
  }
  const read = rest.startsWith("\\") ? rest.slice(0, 2) : rest.slice(0, 1);
  return { read, write: read };
}

/** A character class up to its `]`. Python reads `[]a]` as `]` or `a`, JavaScript as nothing followed by `a]`. */
function translateClass(rest: string): Step | { readonly fault: string } {
  if (/^\[\^?\]/.test(rest)) return { fault: "`]` first in a class (write `\\]`)" };
  const read = /^\[(?:\\.|[^\]\\])*\]/s.exec(rest)?.[0];
  if (read === undefined) return { read: rest, write: rest }; // never closed: the compiler says it best
  return {
    read,
    write: read.replace(/\\([\s\S])/g, (whole, c) => (/[_ "#%&',:;<=>@`~!]/.test(c) ? c : whole)),
  };
}
