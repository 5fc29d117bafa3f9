import { badInput } from "./store-rules.ts";

/*
 * The reference of what search finds: no index, just every text read again for every query. A text is a row of
 * units: a word, or one character of Chinese, Japanese or Korean, each knowing where it came from.
 */

type Unit = {
  readonly text: string;
  /** One character of a run without spaces. */
  readonly ideographic: boolean;
  /** Continues the run of the unit before it. */
  readonly joined: boolean;
  readonly start: number;
  readonly end: number;
};
/** Units that must stand in this order, side by side. `open` lets the last word be longer. */
type Term = { readonly units: readonly Unit[]; readonly open: boolean };

/** A base with its marks, or the letters of one Korean syllable. */
const CLUSTER = /[\u1100-\u115f]+[\u1160-\u11a7]*[\u11a8-\u11ff]*|[\s\S]\p{M}*/gu;
/** Signs over and under a letter; not the vowel signs of Indic and Thai scripts, which spell the word. */
const DIACRITIC = /[\p{Mn}&&[\p{Script=Inherited}\p{Script=Hebrew}\p{Script=Arabic}]]/gv;
const IDEOGRAPHIC = /^[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}]&&[\p{L}\p{N}]]$/v;
const WORD = /^[\p{L}\p{N}\p{M}]$/u;
/** Longer words are compared by their beginning. */
const WORD_LENGTH = 64;

/** Without case and diacritics, look-alike forms made one. */
function folded(cluster: string): string {
  return cluster.normalize("NFKD").toLowerCase().replace(DIACRITIC, "").replace(/ς/g, "σ").normalize("NFC");
}

export function unitsOf(text: string): readonly Unit[] {
  const units: Unit[] = [];
  let kind: "word" | "ideographic" | "gap" = "gap";
  for (const match of text.matchAll(CLUSTER)) {
    const [start, end] = [match.index, match.index + match[0].length];
    for (const character of folded(match[0])) {
      const next = IDEOGRAPHIC.test(character) ? "ideographic" : WORD.test(character) ? "word" : "gap";
      const last = units.at(-1);
      if (next === "word" && kind === "word" && last !== undefined)
        units[units.length - 1] = { ...last, text: last.text + character, end };
      else if (next !== "gap")
        units.push({
          text: character,
          ideographic: next === "ideographic",
          joined: next === "ideographic" && kind === "ideographic",
          start,
          end,
        });
      kind = next;
    }
  }
  return units.map((unit) => ({ ...unit, text: unit.text.slice(0, WORD_LENGTH) }));
}

/** What a query asks for: every term must be found. @throws `bad_input` beyond 1,000 characters. */
export function termsOf(query: string): readonly Term[] {
  if (typeof query !== "string" || query.length > 1000)
    throw badInput("A query has at most 1000 characters.");
  const terms: Term[] = [];
  const parts = query.split('"');
  const lastQuote = parts.length % 2 === 0 ? parts.length - 1 : -1; // a lone quote opens nothing
  parts.forEach((part, at) => {
    const units = unitsOf(part);
    if (at % 2 === 1 && at !== lastQuote) {
      if (units.length > 0) terms.push({ units, open: false });
      return;
    }
    const atEnd = parts.slice(at + 1).every((rest) => unitsOf(rest).length === 0);
    for (const unit of units) {
      const last = terms.at(-1);
      if (unit.joined && last !== undefined)
        terms[terms.length - 1] = { units: [...last.units, unit], open: false };
      else terms.push({ units: [unit], open: atEnd && unit === units.at(-1) });
    }
  });
  return terms;
}

/** Where the terms stand in the text, overlaps made one; `undefined` unless all are there. */
export function matchesIn(
  text: string,
  terms: readonly Term[],
): readonly (readonly [number, number])[] | undefined {
  const units = unitsOf(text);
  const ranges: [number, number][] = [];
  for (const term of terms) {
    const found = units.flatMap((_, at) => (standsAt(units, at, term) ? [at] : []));
    if (found.length === 0) return undefined;
    for (const at of found) ranges.push([units[at]?.start ?? 0, units[at + term.units.length - 1]?.end ?? 0]);
  }
  ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const merged: [number, number][] = [];
  for (const [start, end] of ranges) {
    const last = merged.at(-1);
    if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

function standsAt(units: readonly Unit[], at: number, { units: wanted, open }: Term): boolean {
  return wanted.every((unit, index) => {
    const here = units[at + index];
    if (here === undefined || here.ideographic !== unit.ideographic) return false;
    if (index > 0 && here.joined !== unit.joined) return false;
    return open && index === wanted.length - 1 ? here.text.startsWith(unit.text) : here.text === unit.text;
  });
}

/** About 160 characters around the first match, and the matches in them. */
export function excerpt(
  text: string,
  matches: readonly (readonly [number, number])[],
): { snippet: string; marks: readonly (readonly [number, number])[] } {
  const [first, end] = matches[0] ?? [0, 0];
  const from = wholeCharacter(text, Math.max(0, first - 60));
  const to = wholeCharacter(text, Math.min(text.length, Math.max(from + 160, end)));
  const marks = matches.filter(([start, end]) => start >= from && end <= to);
  return { snippet: text.slice(from, to), marks: marks.map(([start, end]) => [start - from, end - from]) };
}

/** Never between the halves of a surrogate pair. */
function wholeCharacter(text: string, at: number): number {
  const [before, after] = [text.charCodeAt(at - 1), text.charCodeAt(at)];
  return before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000 ? at - 1 : at;
}

/** More matches in less text are better. */
export function scoreOf(text: string, matches: readonly unknown[]): number {
  return matches.length / (20 + unitsOf(text).length);
}
