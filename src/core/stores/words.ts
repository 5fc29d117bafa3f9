import { badInput } from "./bad-input.ts";

/*
 * How texts become words, for every store: indexes are made of them, and marks are found with them, so that what is
 * found is exactly what is marked.
 */

/** A word, or one character of a script written without spaces, and where it stands in the text it came from. */
export type Unit = {
  /** Without case and diacritics. */
  readonly text: string;
  readonly kind: "word" | "character";
  /** A character that directly follows another one. */
  readonly joined: boolean;
  /** `[start, end)` in UTF-16 units of the original. */
  readonly start: number;
  readonly end: number;
};

/** A stretch of ASCII, else one letter with its marks, or the letters of one Korean syllable. */
const PIECE = /[\0-\x7f]+(?!\p{M})|[\u1100-\u115f]+[\u1160-\u11a7]*[\u11a8-\u11ff]*|[\s\S]\p{M}*/gu;
const ASCII_WORD = /[A-Za-z0-9]+/g;
const ALL_ASCII = /^[\0-\x7f]+$/;
/** Signs over and under a letter; not the vowel signs of Indic and Thai scripts, which spell the word. */
const DIACRITIC = /[\p{Mn}&&[\p{Script=Inherited}\p{Script=Hebrew}\p{Script=Arabic}]]/gv;
const CHARACTER = /^[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}]&&[\p{L}\p{N}]]$/v;
/** Chinese and Korean characters that folding leaves as they are: most of what is written in them. */
const PLAIN_CHARACTER = /^[\u3400-\u9fff\uac00-\ud7a3]$/;
const LETTER = /^[\p{L}\p{N}\p{M}]$/u;
/** Longer words (hashes, base64) are known by their beginning. */
const WORD_LENGTH = 64;
const QUERY_LENGTH = 1000;

/** The words of a text, in order. */
export function unitsOf(text: string): readonly Unit[] {
  const units: Unit[] = [];
  let word: { text: string; start: number; end: number } | undefined;
  let afterCharacter = false;
  const endWord = () => {
    if (word !== undefined)
      units.push({ ...word, text: word.text.slice(0, WORD_LENGTH), kind: "word", joined: false });
    word = undefined;
  };
  const letters = (piece: string, start: number, end: number) => {
    if (word === undefined) word = { text: piece, start, end };
    else word = { text: word.text + piece, start: word.start, end };
  };
  for (const { 0: piece, index } of text.matchAll(PIECE)) {
    if (ALL_ASCII.test(piece)) {
      let reached = 0;
      for (const { 0: run, index: at } of piece.matchAll(ASCII_WORD)) {
        if (at > reached) endWord();
        reached = at + run.length;
        letters(run.toLowerCase(), index + at, index + reached);
      }
      if (reached < piece.length) endWord();
      afterCharacter = false;
      continue;
    }
    const end = index + piece.length;
    const known = PLAIN_CHARACTER.test(piece);
    for (const sign of known ? piece : fold(piece)) {
      if (known || CHARACTER.test(sign)) {
        endWord();
        units.push({ text: sign, kind: "character", joined: afterCharacter, start: index, end });
        afterCharacter = true;
      } else {
        if (LETTER.test(sign)) letters(sign, index, end);
        else endWord();
        afterCharacter = false;
      }
    }
  }
  endWord();
  return units;
}

/** Look-alike forms made one, no case, no diacritics; Korean syllables stay whole. */
function fold(piece: string): string {
  return piece.normalize("NFKD").toLowerCase().replace(DIACRITIC, "").replaceAll("ς", "σ").normalize("NFC");
}

/**
 * What an index keeps of a text. Words as they are; a run of characters as overlapping pairs and its last one alone,
 * so that any two that stand together are one token and any single one begins one.
 */
export function tokensOf(units: readonly Unit[]): string[] {
  return units.map((unit, at) => {
    const next = units[at + 1];
    return next?.joined === true ? unit.text + next.text : unit.text;
  });
}

/** Units that must stand side by side in this order. `open`: the last word may go on. */
export type Term = { readonly units: readonly Unit[]; readonly open: boolean };

/**
 * What a query asks for; all terms must be found. Text in quotes is one term, a quote without a partner is nothing.
 * @throws `bad_input` beyond 1,000 characters.
 */
export function termsOf(query: string): readonly Term[] {
  checkQuery(query);
  const terms: Term[] = [];
  for (const { 0: part, 1: phrase } of query.matchAll(/"([^"]*)"|[^"]+|"/g)) {
    const units = unitsOf(phrase ?? part);
    if (units.length === 0) continue;
    if (phrase !== undefined) terms.push({ units, open: false });
    else terms.push(...wordTerms(units));
  }
  return terms.map((term, at) => (at === terms.length - 1 ? term : { ...term, open: false }));
}

/** @throws `bad_input` beyond 1,000 characters. */
export function checkQuery(query: string): void {
  if (typeof query !== "string") throw badInput("A query is text.");
  if (query.length > QUERY_LENGTH)
    throw badInput(`A query has at most ${QUERY_LENGTH} characters.`, "Search for fewer words.");
}

/** A term for each word and for each run of characters. The last word may be half a word: people search while typing. */
function wordTerms(units: readonly Unit[]): Term[] {
  const terms: Unit[][] = [];
  for (const unit of units) {
    if (unit.joined) terms.at(-1)?.push(unit);
    else terms.push([unit]);
  }
  return terms.map((words, at) => ({ units: words, open: at === terms.length - 1 && words.length === 1 }));
}
