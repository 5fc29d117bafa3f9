import type { IndexText } from "../engine.ts";
import { decodeText } from "../text-coding.ts";
import { tokensOf, unitsOf } from "../words.ts";
import type { Connection } from "./connection.ts";
import { quoted, textsTable, wordsTable } from "./names.ts";

/**
 * An owner's number, which begins every word of theirs in the index: a search walks through its own user's words
 * only, and can meet nobody else's.
 */
function ownerNumber(connection: Connection, userId: string): number {
  const known = connection.get("select number from skeleton_owners where user_id = ?", userId);
  if (known !== undefined) return Number(known[0]);
  return Number(
    connection.get("insert into skeleton_owners (user_id) values (?) returning number", userId)?.[0],
  );
}

/** A word in the index. No number ends in a letter, so no two owners' words can be the same. */
export const ownWord = (owner: number, word: string) => `${owner}x${word}`;

export type Source = { readonly store: string; readonly userId: string; readonly record: number };

/** Makes texts findable; for a text of a collection's item, `position` says which. */
export function indexTexts(
  connection: Connection,
  { store, userId, record }: Source,
  texts: readonly IndexText[],
  position: number | null,
): void {
  for (const [field, text] of texts) {
    if (text === null) continue;
    const tokens = tokensOf(unitsOf(decodeText(text)));
    if (tokens.length === 0) continue;
    const owner = ownerNumber(connection, userId);
    const number = connection.get(
      `insert into ${quoted(textsTable(store))} (record, field, position) values (?, ?, ?) returning number`,
      record,
      field,
      position,
    );
    connection.run(
      `insert into ${quoted(wordsTable(store))} (rowid, words) values (?, ?)`,
      Number(number?.[0]),
      tokens.map((token) => ownWord(owner, token)).join(" "),
    );
  }
}

/** Takes out a record's texts: of one field, or all of them. */
export function forgetTexts(connection: Connection, store: string, record: number, field?: string): void {
  const [texts, words] = [quoted(textsTable(store)), quoted(wordsTable(store))];
  const [condition, params] = field === undefined ? ["", []] : [" and field = ?", [field]];
  const which = `select number from ${texts} where record = ?${condition}`;
  connection.run(`delete from ${words} where rowid in (${which})`, record, ...params);
  connection.run(`delete from ${texts} where record = ?${condition}`, record, ...params);
}
