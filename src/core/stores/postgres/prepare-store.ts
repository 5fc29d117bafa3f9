import type { FullDefinition } from "../definition.ts";
import type { PreparedStore } from "../engine.ts";
import { recordFields, recordReader } from "../read-record.ts";
import { columnOf, itemsTable, quoted, ROW_NUMBER, recordsTable } from "./names.ts";

export function prepareStore(definition: FullDefinition): PreparedStore {
  const columns = recordFields(definition).map(([field]) => columnOf(field));
  const [records, items] = [quoted(recordsTable(definition.name)), quoted(itemsTable(definition.name))];
  const row = `r.${quoted(ROW_NUMBER)}`;
  const all = columns.map((column) => `r.${quoted(column)}`).join(", ");
  const joined = `${records} as r left join ${items} as i
    on i.user_id = r.user_id and i.record = ${row} and i.field = $1`;
  return {
    definition,
    columns,
    record: recordReader(definition),
    getSql: `select ${all} from ${records} as r where r.user_id = $1 and r.id = $2`,
    allSql: `select ${all} from ${records} as r order by ${row}`,
    exportSql: `select ${row}, ${all} from ${records} as r where ${row} > $1 order by ${row} limit $2`,
    exportItemsSql: `select i.record, i.field, i.key, i.item
      from ${records} as r join ${items} as i on i.user_id = r.user_id and i.record = ${row}
      where ${row} between $1 and $2 order by i.record, i.field, i.position`,
    pageSql: `select i.position, i.item from ${joined} and i.position >= $2 and i.position < $3
      where r.user_id = $4 and r.id = $5 order by i.position`,
    findItemSql: `select i.position, i.item from ${joined} and i.key = $2 where r.user_id = $3 and r.id = $4`,
    countItemsSql: `select (select max(i.position) + 1 from ${items} as i
        where i.user_id = r.user_id and i.record = ${row} and i.field = $1)
      from ${records} as r where r.user_id = $2 and r.id = $3`,
  };
}
