import type { Term, Unit } from "./words.ts";
import { unitsOf } from "./words.ts";

export type Range = readonly [start: number, end: number];

/** Characters of a text shown with a hit, and how many of them come before the first match. */
const LENGTH = 160;
const BEFORE = 60;

/** Some 160 characters around the first match, and where the matches are in them. */
export function excerptOf(
  text: string,
  terms: readonly Term[],
): { snippet: string; marks: readonly Range[] } {
  const matches = matchesIn(unitsOf(text), terms);
  const [firstStart, firstEnd] = matches[0] ?? [0, 0];
  const from = wholeCharacter(text, Math.max(0, firstStart - BEFORE));
  const to = wholeCharacter(text, Math.min(text.length, Math.max(from + LENGTH, firstEnd)));
  const marks = matches
    .filter(([start, end]) => start >= from && end <= to)
    .map(([start, end]): Range => [start - from, end - from]);
  return { snippet: text.slice(from, to), marks };
}

/** Not between the two halves of a character beyond U+FFFF. */
function wholeCharacter(text: string, at: number): number {
  const inside = /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at));
  return inside ? at - 1 : at;
}

/** In order; what overlaps is one. */
function matchesIn(units: readonly Unit[], terms: readonly Term[]): readonly Range[] {
  const found: Range[] = [];
  units.forEach((unit, at) => {
    for (const term of terms)
      if (standsAt(units, at, term))
        found.push([unit.start, units[at + term.units.length - 1]?.end ?? unit.end]);
  });
  found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const merged: Range[] = [];
  for (const range of found) {
    const last = merged.at(-1);
    if (last === undefined || range[0] >= last[1]) merged.push(range);
    else merged[merged.length - 1] = [last[0], Math.max(last[1], range[1])];
  }
  return merged;
}

function standsAt(units: readonly Unit[], at: number, term: Term): boolean {
  const last = term.units.length - 1;
  return term.units.every((wanted, index) => {
    const here = units[at + index];
    if (here === undefined || here.kind !== wanted.kind) return false;
    if (index > 0 && here.joined !== wanted.joined) return false;
    return term.open && index === last ? here.text.startsWith(wanted.text) : here.text === wanted.text;
  });
}
