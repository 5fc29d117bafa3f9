import { searchedText } from "../definition.ts";
import type { FoundText, Row, SearchRequest } from "../engine.ts";
import { itemText } from "../item-text.ts";
import { decodeText } from "../text-coding.ts";
import { termsOf } from "../words.ts";
import type { Asking } from "./connections.ts";
import { wordsQuery } from "./index-words.ts";
import { columnOf, itemsTable, quoted, ROW_NUMBER, recordsTable, textsTable } from "./names.ts";
import type { Owners } from "./owners.ts";
import type { WordsThread } from "./words-thread.ts";

/** Hits, best first and newest first among equals. */
export async function search(
  ask: Asking,
  owners: Owners,
  words: WordsThread,
  request: SearchRequest,
): Promise<readonly FoundText[]> {
  const terms = termsOf(request.query);
  if (terms.length === 0) return [];
  const owner = await owners.find(request.userId);
  if (owner === undefined) return [];
  const rows = await ask(searchSql(request), [
    ...(request.where?.params ?? []),
    request.userId,
    wordsQuery(owner, terms),
    request.limit ?? null,
    request.offset,
  ]);
  if (rows.length === 0) return [];
  const excerpts = await words.excerpts(
    request.query,
    rows.map((row) => matchedText(request, row)),
  );
  return rows.map(([field, position, item, ...record], at) => ({
    record,
    field: String(field),
    position: position === null || position === undefined ? null : Number(position),
    item: item === null || item === undefined ? null : String(item),
    snippet: excerpts[at]?.snippet ?? "",
    marks: excerpts[at]?.marks ?? [],
  }));
}

/**
 * Many matches in few words are better, as in BM25; the weight of a length is that of a text of so many words. How rare
 * a word is says nothing, since all of them must be there.
 */
const SCORE = "ts_rank(t.words, q.words) / (0.25::float8 + 0.0075::float8 * t.length)";

function searchSql({ store, where, perRecord, columns }: SearchRequest): string {
  const [records, items, texts] = [recordsTable, itemsTable, textsTable].map((of) => quoted(of(store)));
  const row = quoted(ROW_NUMBER);
  const first = (where?.params.length ?? 0) + 1;
  const [user, query, limit, offset] = [first, first + 1, first + 2, first + 3].map((at) => `$${at}`);
  const filter =
    where === undefined
      ? ""
      : `join ${records} as r on r.user_id = t.user_id and r.${row} = t.record and ${where.sql}`;
  const best = "order by score desc, number desc";
  const cut = `${best} limit ${limit} offset ${offset}`;
  // Every word names its owner, so the index alone finds this user's texts; the owner is there for partitions, and in
  // case that is ever wrong.
  const scored = `select t.number, t.record, t.field, t.position, ${SCORE} as score
    from (select ${query}::tsquery as words) as q join ${texts} as t on t.words @@ q.words ${filter}
    where t.user_id = ${user}`;
  const hits = perRecord
    ? `select number, record, field, position, score from (
         select *, row_number() over (partition by record ${best}) as place from (${scored}) as s
       ) as ranked where place = 1 ${cut}`
    : `${scored} ${cut}`;
  return `with hits as materialized (${hits})
    select h.field, nullif(h.position, -1), i.item, ${columns.map((column) => `r.${quoted(column)}`).join(", ")}
      from hits as h join ${records} as r on r.user_id = ${user} and r.${row} = h.record
      left join ${items} as i on i.user_id = ${user} and i.record = h.record
        and i.field = split_part(h.field, '.', 1) and i.position = h.position
      order by h.score desc, h.number desc`;
}

/** What a row of a hit has of the text that matched. */
function matchedText({ columns }: SearchRequest, [field, , item, ...record]: Row): string {
  const { field: name, key } = searchedText(String(field));
  if (key !== undefined) return itemText(String(item), key) ?? "";
  return decodeText(String(record[columns.indexOf(columnOf(name))] ?? ""));
}
