import type { Json } from "../../../protocols/json.ts";
import type { FieldType, StoreRecord } from "../../../protocols/store.ts";
import { columnFields, type FullDefinition, SYSTEM_FIELDS } from "../definition.ts";
import { decodeValue } from "../values.ts";
import type { Row } from "./messages.ts";
import { columnOf, itemsTable, quoted, ROW_NUMBER, recordsTable } from "./names.ts";

/** A store with everything worked out that its calls have in common. */
export type PreparedStore = {
  readonly definition: FullDefinition;
  /** Columns of a record, by their names in SQL, in the order that `record` reads. */
  readonly columns: readonly string[];
  record(row: Row): StoreRecord;
  /** By owner and id. */
  readonly getSql: string;
  /** Everybody's, in order of creation. */
  readonly allSql: string;
  /** A page of everybody's, in order of creation; the row's number comes first. */
  readonly exportSql: string;
  /** Items of the records of such a page. */
  readonly exportItemsSql: string;
  /** One row of nulls when the record has no such item; none when there is no record. */
  readonly pageSql: string;
  readonly findItemSql: string;
  readonly countItemsSql: string;
};

export function prepareStore(definition: FullDefinition): PreparedStore {
  const fields: (readonly [string, FieldType])[] = [
    ...SYSTEM_FIELDS.map((field): [string, FieldType] => [field, "str"]),
    ...columnFields(definition.schema),
  ];
  const columns = fields.map(([field]) => columnOf(field));
  const [records, items] = [quoted(recordsTable(definition.name)), quoted(itemsTable(definition.name))];
  const row = quoted(ROW_NUMBER);
  const own = "r.user_id = ? and r.id = ?";
  const joined = `${records} as r left join ${items} as i on i.record = r.${row} and i.field = ?`;
  return {
    definition,
    columns,
    record: (kept) =>
      // fromEntries: a field may be called `__proto__`.
      Object.fromEntries(
        fields.map(([field, type], at): [string, Json] => [field, decodeValue(type, kept[at] ?? null)]),
      ) as StoreRecord,
    getSql: `select ${columns.map(quoted).join(", ")} from ${records} as r where ${own}`,
    allSql: `select ${columns.map(quoted).join(", ")} from ${records} as r order by r.${row}`,
    exportSql: `select r.${row}, ${columns.map(quoted).join(", ")} from ${records} as r
      where r.${row} > ? order by r.${row} limit ?`,
    exportItemsSql: `select record, field, key, item from ${items}
      where record between ? and ? order by record, field, position`,
    pageSql: `select i.position, i.item from ${joined} and i.position >= ? and i.position < ?
      where ${own} order by i.position`,
    findItemSql: `select i.position, i.item from ${joined} and i.key = ? where ${own}`,
    countItemsSql: `select (select max(position) from ${items} where record = r.${row} and field = ?)
      from ${records} as r where ${own}`,
  };
}
