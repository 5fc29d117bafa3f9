import type { FullDefinition } from "../definition.ts";
import type { PreparedStore } from "../engine.ts";
import { recordFields, recordReader } from "../read-record.ts";
import { columnOf, itemsTable, quoted, ROW_NUMBER, recordsTable } from "./names.ts";

export function prepareStore(definition: FullDefinition): PreparedStore {
  const columns = recordFields(definition).map(([field]) => columnOf(field));
  const [records, items] = [quoted(recordsTable(definition.name)), quoted(itemsTable(definition.name))];
  const row = quoted(ROW_NUMBER);
  const own = "r.user_id = ? and r.id = ?";
  const joined = `${records} as r left join ${items} as i on i.record = r.${row} and i.field = ?`;
  return {
    definition,
    columns,
    record: recordReader(definition),
    getSql: `select ${columns.map(quoted).join(", ")} from ${records} as r where ${own}`,
    allSql: `select ${columns.map(quoted).join(", ")} from ${records} as r order by r.${row}`,
    exportSql: `select r.${row}, ${columns.map(quoted).join(", ")} from ${records} as r
      where r.${row} > ? order by r.${row} limit ?`,
    exportItemsSql: `select record, field, key, item from ${items}
      where record between ? and ? order by record, field, position`,
    pageSql: `select i.position, i.item from ${joined} and i.position >= ? and i.position < ?
      where ${own} order by i.position`,
    findItemSql: `select i.position, i.item from ${joined} and i.key = ? where ${own}`,
    countItemsSql: `select (select max(position) + 1 from ${items} where record = r.${row} and field = ?)
      from ${records} as r where ${own}`,
  };
}
