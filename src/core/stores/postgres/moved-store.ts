import type { FullDefinition } from "../definition.ts";
import type { MovedStore } from "../move/source.ts";
import { recordFields } from "../read-record.ts";
import { columnOf, itemsTable, quoted, ROW_NUMBER, recordsTable, textsTable } from "./names.ts";
import { prepareStore } from "./prepare-store.ts";

export function movedStore(definition: FullDefinition): MovedStore {
  const prepared = prepareStore(definition);
  const [records, items, texts] = [recordsTable, itemsTable, textsTable].map((of) =>
    quoted(of(definition.name)),
  );
  const row = `r.${quoted(ROW_NUMBER)}`;
  const bytes = recordFields(definition)
    .filter(([, type]) => type === "str" || type === "json")
    .map(([field]) => `coalesce(octet_length(r.${quoted(columnOf(field))}), 0)`)
    .join(" + ");
  const itemsAfter = `from ${items} where user_id = $1 and record = $2 and (field, position) > ($3, $4)
    order by field, position limit $5`;
  const all = prepared.columns.map((column) => `r.${quoted(column)}`).join(", ");
  // No index has the numbers alone: they are put in order once, and records and items looked up as they are read.
  const ordered = (after: number) => `(select number, user_id, record, field, nullif(position, -1) as position
    from ${texts} where number > ${after} order by number offset 0) as t
    join ${records} as r on r.user_id = t.user_id and ${row} = t.record`;
  return {
    ...prepared,
    amountsSql: `select (select count(*) from ${records}), (select count(*) from ${items}), (select count(*) from ${texts})`,
    sizesSql: `select ${row}, ${bytes} + (select coalesce(sum(octet_length(i.item)), 0)
        from ${items} as i where i.user_id = r.user_id and i.record = ${row})
      from ${records} as r where ${row} > $1 order by ${row} limit $2`,
    itemsSql: `select i.record, i.field, i.position, i.key, i.item
      from ${records} as r join ${items} as i on i.user_id = r.user_id and i.record = ${row}
      where ${row} between $1 and $2 order by i.record, i.field, i.position`,
    itemSizesSql: `select field, position, octet_length(item) ${itemsAfter}`,
    itemPageSql: `select field, position, key, item ${itemsAfter}`,
    places: (after) =>
      `select t.number, t.user_id, r.id, t.field, t.position from ${ordered(after)} order by t.number`,
    texts: (
      after,
    ) => `select t.number, t.user_id, r.id, t.field, t.position, i.item, ${all} from ${ordered(after)}
      left join ${items} as i on i.user_id = t.user_id and i.record = t.record
        and i.field = split_part(t.field, '.', 1) and i.position = t.position
      order by t.number`,
  };
}
