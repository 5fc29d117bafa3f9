import { type Expression, type RawBuilder, type SqlBool, sql } from "kysely";
import type { FieldType, Find, StoreSchema, Where } from "../../protocols/store.ts";
import { badInput } from "./bad-input.ts";
import { comparableType } from "./definition.ts";
import { checkPage } from "./page.ts";
import { encodeOperand, type SqlValue } from "./values.ts";

/** Where a store's records are, and how this database says what SQL leaves open. The table's alias is `r`. */
export type Layout = {
  readonly table: string;
  readonly column: (field: string) => string;
  /** A column that counts up with every record made. */
  readonly rowNumber: string;
  /** `%` and `_` without an escape sign; A to Z whatever the case. */
  readonly like: (column: Expression<unknown>, pattern: string) => RawBuilder<SqlBool>;
  /** The text, given in lower case, anywhere in the column; A to Z whatever the case. */
  readonly contains: (column: Expression<unknown>, text: string) => RawBuilder<SqlBool>;
  readonly oneOf: (column: Expression<unknown>, values: readonly SqlValue[]) => RawBuilder<SqlBool>;
  /** As a number to skip, when there is no limit. */
  readonly noLimit: RawBuilder<unknown>;
};

const ORDERED = { $gt: sql`>`, $gte: sql`>=`, $lt: sql`<`, $lte: sql`<=` } as const;
const PATTERN_LENGTH = 1000;

/** All conditions as one. @throws `bad_input`. */
export function whereSql(layout: Layout, schema: StoreSchema, where: Where = {}): RawBuilder<SqlBool> {
  const parts = Object.entries(where).flatMap(([field, condition]) => {
    const type = comparableType(schema, field);
    const operators = Object.entries(
      typeof condition === "object" && condition !== null ? condition : { $eq: condition },
    );
    if (operators.length === 0) throw badInput(`The condition on "${field}" is empty.`);
    return operators.map(([operator, wanted]) => conditionSql(layout, field, type, operator, wanted));
  });
  return parts.length === 0 ? sql<SqlBool>`1 = 1` : sql<SqlBool>`${sql.join(parts, sql` and `)}`;
}

function conditionSql(
  layout: Layout,
  field: string,
  type: FieldType,
  operator: string,
  wanted: unknown,
): RawBuilder<SqlBool> {
  const column = sql.id("r", layout.column(field));
  switch (operator) {
    case "$eq": {
      const value = encodeOperand(field, type, wanted);
      return value === null ? sql`${column} is null` : sql`${column} = ${value}`;
    }
    case "$ne": {
      const value = encodeOperand(field, type, wanted);
      return value === null ? sql`${column} is not null` : sql`(${column} <> ${value} or ${column} is null)`;
    }
    case "$gt":
    case "$gte":
    case "$lt":
    case "$lte":
      if (type === "bool" || wanted === null) throw badInput(`${operator} does not go with "${field}".`);
      return sql`${column} ${ORDERED[operator]} ${encodeOperand(field, type, wanted)}`;
    case "$in": {
      if (!Array.isArray(wanted)) throw badInput(`$in on "${field}" takes a list.`);
      const values = wanted.map((value) => encodeOperand(field, type, value));
      const listed = layout.oneOf(
        column,
        values.filter((value) => value !== null),
      );
      return values.includes(null) ? sql`(${listed} or ${column} is null)` : listed;
    }
    case "$like":
      return layout.like(column, pattern(field, type, operator, wanted));
    case "$contains":
      return layout.contains(column, pattern(field, type, operator, wanted).replace(/[A-Z]/g, lower));
    default:
      throw badInput(`There is no operator "${operator}".`);
  }
}

const lower = (letter: string) => letter.toLowerCase();

function pattern(field: string, type: FieldType, operator: string, wanted: unknown): string {
  if (type !== "str" || typeof wanted !== "string") throw badInput(`${operator} on "${field}" is for text.`);
  // Matching a pattern may cost its length times the text's.
  if (wanted.length > PATTERN_LENGTH)
    throw badInput(`${operator} takes at most ${PATTERN_LENGTH} characters.`);
  return String(encodeOperand(field, type, wanted));
}

/** A page of records as `columns`; `userId` (as it is kept) is left out only for operators. @throws `bad_input`. */
export function findSql(
  layout: Layout,
  schema: StoreSchema,
  columns: readonly string[],
  userId: string | undefined,
  find: Find,
): RawBuilder<unknown> {
  checkPage(find);
  const direction = find.descending === true ? sql`desc` : sql`asc`;
  const rowNumber = sql`${sql.id("r", layout.rowNumber)} ${direction}`;
  const order =
    find.orderBy === undefined ? rowNumber : orderSql(layout, schema, find.orderBy, find.descending === true);
  return sql`select ${sql.join(columns.map((column) => sql.id("r", column)))} from ${sql.id(layout.table)} as ${sql.id("r")}
    where ${ownerSql(userId)} and ${whereSql(layout, schema, find.where)}
    order by ${order} limit ${find.limit === undefined ? layout.noLimit : sql`${find.limit}`} offset ${find.offset ?? 0}`;
}

/** By the field, then by id; the other way round in all of them when descending, so that one index serves both. */
function orderSql(
  layout: Layout,
  schema: StoreSchema,
  field: string,
  descending: boolean,
): RawBuilder<unknown> {
  comparableType(schema, field);
  const [way, nulls] = descending ? [sql`desc`, sql`last`] : [sql`asc`, sql`first`];
  const column = sql.id("r", layout.column(field));
  return sql`${column} ${way} nulls ${nulls}, ${sql.id("r", "id")} ${way}, ${sql.id("r", layout.rowNumber)} ${way}`;
}

/** How many records fit. @throws `bad_input`. */
export function countSql(
  layout: Layout,
  schema: StoreSchema,
  userId: string,
  where: Where | undefined,
): RawBuilder<unknown> {
  return sql`select count(*) from ${sql.id(layout.table)} as ${sql.id("r")}
    where ${ownerSql(userId)} and ${whereSql(layout, schema, where)}`;
}

function ownerSql(userId: string | undefined): RawBuilder<SqlBool> {
  return userId === undefined ? sql`1 = 1` : sql`${sql.id("r", "user_id")} = ${userId}`;
}
