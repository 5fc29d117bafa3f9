import { decodeText } from "../text-coding.ts";
import { type Term, tokensOf, unitsOf } from "../words.ts";

/*
 * Our words as PostgreSQL's `tsvector` and `tsquery`, whose own parsers and dictionaries are not asked. Every word begins
 * with a number of its owner, so that a search walks through its own user's words only; see ownWord.
 */

/** PostgreSQL keeps 1 MB of words of a text, and of one word 255 places up to 16,383. */
const VECTOR_BYTES = 1_000_000;
const PLACES = 255;
const LAST_PLACE = 16_383;

/** A word in the index. No number ends in a letter, so no two owners' words can be the same. */
const ownWord = (owner: number, word: string) => `'${owner}x${word}'`;

export type IndexedWords = { readonly vector: string; readonly length: number };

/** A text's words for the index; `undefined` when it has none. Of a very long text those that fit. */
export function indexedWords(owner: number, kept: string): IndexedWords | undefined {
  const tokens = tokensOf(unitsOf(decodeText(kept)));
  if (tokens.length === 0) return undefined;
  const places = new Map<string, number[]>();
  let bytes = 0;
  tokens.forEach((token, at) => {
    const known = places.get(token);
    if (known === undefined) bytes += Buffer.byteLength(token) + 20;
    else bytes += 2;
    if (bytes > VECTOR_BYTES || (known !== undefined && known.length >= PLACES)) return;
    // Beyond the last place it begins anew: what stands side by side still does, and that is all places are for.
    const place = (at % LAST_PLACE) + 1;
    if (known === undefined) places.set(token, [place]);
    else known.push(place);
  });
  const words = [...places].map(([token, at]) => `${ownWord(owner, token)}:${at.join(",")}`);
  return { vector: words.join(" "), length: tokens.length };
}

/** What a query asks for, of this owner's words: all terms, and nothing that was typed is syntax. */
export function wordsQuery(owner: number, terms: readonly Term[]): string {
  return [...new Set(terms.map((term) => termQuery(owner, term)))].join(" & ");
}

function termQuery(owner: number, { units, open }: Term): string {
  const tokens = tokensOf(units);
  const last = units.at(-1);
  // The last character of a run stands for itself and for every pair that begins with it; after a pair it says nothing.
  if (last?.kind === "character" && last.joined) tokens.pop();
  const prefix = open || (last?.kind === "character" && !last.joined) ? ":*" : "";
  return `(${tokens.map((token) => ownWord(owner, token)).join(" <-> ")}${prefix})`;
}
