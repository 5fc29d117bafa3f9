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
  const itemsAfter = `from ${items} where ?1 is not null and record = ?2 and (field, position) > (?3, ?4)
    order by field, position limit ?5`;
  const all = prepared.columns.map((column) => `r.${quoted(column)}`).join(", ");
  return {
    ...prepared,
    amountsSql: `select (select count(*) from ${records}), (select count(*) from ${items}), (select count(*) from ${texts})`,
    sizesSql: `select ${row}, ${bytes} +
        (select coalesce(sum(octet_length(i.item)), 0) from ${items} as i where i.record = ${row})
      from ${records} as r where ${row} > ? order by ${row} limit ?`,
    itemsSql: `select record, field, position, key, item from ${items}
      where record between ? and ? order by record, field, position`,
    itemSizesSql: `select field, position, octet_length(item) ${itemsAfter}`,
    itemPageSql: `select field, position, key, item ${itemsAfter}`,
    places: (after) => `select t.number, r.user_id, r.id, t.field, t.position
      from ${texts} as t cross join ${records} as r on ${row} = t.record
      where t.number > ${after} order by t.number`,
    // `cross join` keeps the order of the numbers, which the table has anyway.
    texts: (after) => `select t.number, r.user_id, r.id, t.field, t.position, i.item, ${all}
      from ${texts} as t cross join ${records} as r on ${row} = t.record
        left join ${items} as i on t.position is not null and i.record = t.record
          and i.field = substr(t.field, 1, instr(t.field, '.') - 1) and i.position = t.position
      where t.number > ${after} order by t.number`,
  };
}
