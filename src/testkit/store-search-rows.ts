import type { Json, JsonObject } from "../protocols/json.ts";
import type {
  CollectionItem,
  Page,
  SearchHit,
  StoreDefinition,
  StoreRecord,
  Where,
} from "../protocols/store.ts";
import { checkedWhere, fits } from "./store-filter.ts";
import { checkPage } from "./store-rules.ts";
import { excerpt, matchesIn, scoreOf, termsOf } from "./store-search.ts";

/** An item of a collection as the reference in memory keeps it. */
export type Item = { readonly key: string | undefined; readonly json: string };
/** A record with its collections, by field. */
export type Row = { record: StoreRecord; readonly collections: Map<string, Item[]> };

/** Reads every text of one owner's records, given in order of creation. Best first, newest first among equals. */
export function searchRows(
  { schema, options }: StoreDefinition,
  rows: readonly Row[],
  query: string,
  page: Page & { readonly where?: Where; readonly perRecord?: boolean },
): readonly SearchHit[] {
  const { where = {}, perRecord = false, offset = 0, limit = Number.POSITIVE_INFINITY } = page;
  checkPage(page);
  checkedWhere(schema, where);
  const terms = termsOf(query);
  const hits: { readonly hit: SearchHit; readonly score: number }[] = [];
  for (const row of terms.length === 0 ? [] : [...rows].reverse()) {
    if (!fits(schema, where, row.record)) continue;
    for (const field of options.search ?? [])
      for (const { text, item } of textsOf(row, field)) {
        const matches = matchesIn(text, terms);
        if (matches === undefined) continue;
        const record = structuredClone(row.record);
        const hit = { record, field, ...(item === undefined ? {} : { item }), ...excerpt(text, matches) };
        hits.push({ hit, score: scoreOf(text, matches) });
      }
  }
  hits.sort((a, b) => b.score - a.score);
  const best = (id: string) => hits.find(({ hit }) => hit.record.id === id);
  const told = perRecord ? hits.filter((one) => one === best(one.hit.record.id)) : hits;
  return told.slice(offset, offset + limit).map(({ hit }) => hit);
}

type Text = { readonly text: string; readonly item?: CollectionItem };

/** The texts that `field` or `collection.key` names, newest first. */
function textsOf({ record, collections }: Row, name: string): readonly Text[] {
  const [field = "", ...rest] = name.split(".");
  const key = rest.join(".");
  if (rest.length === 0) {
    const text = record[field];
    return typeof text === "string" ? [{ text }] : [];
  }
  return [...(collections.get(field) ?? []).entries()].reverse().flatMap(([position, { json }]) => {
    const item = JSON.parse(json) as Json;
    const text = Object.hasOwn(item as object, key) ? (item as JsonObject)[key] : undefined;
    return typeof text === "string" ? [{ text, item: { position, item } }] : [];
  });
}
