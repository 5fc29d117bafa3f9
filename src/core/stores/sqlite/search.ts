import { searchedText } from "../definition.ts";
import type { FoundText, SearchRequest } from "../engine.ts";
import { excerptOf } from "../excerpt.ts";
import { itemText } from "../item-text.ts";
import { decodeText } from "../text-coding.ts";
import { type Term, termsOf, tokensOf } from "../words.ts";
import type { Connection } from "./connection.ts";
import { ownWord } from "./index-texts.ts";
import { columnOf, itemsTable, quoted, ROW_NUMBER, recordsTable, textsTable, wordsTable } from "./names.ts";

/** Hits, best first and newest first among equals. */
export function search(connection: Connection, request: SearchRequest): readonly FoundText[] {
  const { store, userId, columns } = request;
  const terms = termsOf(request.query);
  const owner = connection.get("select number from skeleton_owners where user_id = ?", userId)?.[0];
  if (terms.length === 0 || owner === undefined) return [];
  const match = terms.map((term) => matchTerm(Number(owner), term)).join(" ");
  const [records, items, texts, words] = [recordsTable, itemsTable, textsTable, wordsTable].map((of) =>
    quoted(of(store)),
  );
  const row = quoted(ROW_NUMBER);
  // Every word in the index names its owner, so the owner need not be looked up for each text that matches; the
  // second look, at the hits themselves, is there in case that is ever wrong. Records are read for the hits alone.
  // `cross join` keeps SQLite from beginning with the records: only those of matching texts are looked at.
  const ofRecords = `cross join ${texts} as t on t.number = ${words}.rowid`;
  const filtered =
    request.where === undefined
      ? `${request.perRecord ? ofRecords : ""} where ${words} match ?`
      : `${ofRecords} cross join ${records} as r on r.${row} = t.record
           where ${words} match ? and r.user_id = ? and ${request.where.sql}`;
  const best = "order by score, number desc";
  // Materialized, because bm25() can stand beside no window.
  const hits = request.perRecord
    ? `scored as materialized (
         select ${words}.rowid as number, bm25(${words}) as score, t.record as record from ${words} ${filtered}),
       ranked as (
         select number, score, row_number() over (partition by record ${best}) as place from scored),
       hits as materialized (
         select number, score from ranked where place = 1 ${best} limit ? offset ?)`
    : `hits as materialized (
         select ${words}.rowid as number, bm25(${words}) as score from ${words} ${filtered} ${best} limit ? offset ?)`;
  const rows = connection.all(
    `with ${hits}
     select t.field, t.position, i.item, ${columns.map((column) => `r.${quoted(column)}`).join(", ")}
       from hits as h join ${texts} as t on t.number = h.number join ${records} as r on r.${row} = t.record
       left join ${items} as i on t.position is not null and i.record = t.record
         and i.field = substr(t.field, 1, instr(t.field, '.') - 1) and i.position = t.position
       where r.user_id = ? order by h.score, h.number desc`,
    match,
    ...(request.where === undefined ? [] : [userId, ...request.where.params]),
    request.limit ?? -1,
    request.offset,
    userId,
  );
  return rows.map(([field, position, item, ...record]) => {
    const text = searchedText(String(field));
    const kept =
      text.key === undefined
        ? decodeText(String(record[columns.indexOf(columnOf(text.field))] ?? ""))
        : (itemText(String(item), text.key) ?? "");
    return {
      record,
      field: String(field),
      position: position === null || position === undefined ? null : Number(position),
      item: item === null || item === undefined ? null : String(item),
      ...excerptOf(kept, terms),
    };
  });
}

/** A term in the language of FTS5, made of this owner's words and nothing that was typed. */
function matchTerm(owner: number, { units, open }: Term): string {
  const tokens = tokensOf(units);
  const last = units.at(-1);
  // The last character of a run stands for itself and for every pair that begins with it; after a pair it says nothing.
  if (last?.kind === "character" && last.joined) tokens.pop();
  const prefix = open || (last?.kind === "character" && !last.joined) ? " *" : "";
  return `"${tokens.map((token) => ownWord(owner, token)).join(" ")}"${prefix}`;
}
