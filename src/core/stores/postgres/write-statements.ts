import { SkeletonError } from "../../../lib/errors.ts";
import type { ImportedItem, IndexText, Row, StepResult, WriteStep } from "../engine.ts";
import { recordNotFound } from "../record-not-found.ts";
import type { IndexedWords } from "./index-words.ts";
import { columnOf, itemsTable, lengthColumn, quoted, ROW_NUMBER, recordsTable, textsTable } from "./names.ts";

/** One statement to the server. */
export type Query = { readonly text: string; readonly values: readonly unknown[] };
/**
 * A step as statements, and what the last one's only row means. A step that fails has changed nothing: what is wrong is
 * found out by the same statement that would write.
 */
export type StepQueries = {
  readonly queries: readonly Query[];
  /** @throws `record_not_found`, `duplicate_record`, `conflict`. */
  readonly answer: (row: Row) => StepResult;
};

type Step<Op extends WriteStep["op"]> = Extract<WriteStep, { op: Op }>;
const ROW = quoted(ROW_NUMBER);

/** The words of each text of a step, where it has any. */
export type WordsOf = (text: string) => IndexedWords | undefined;

export function stepQueries(step: WriteStep, wordsOf: WordsOf): StepQueries {
  switch (step.op) {
    case "add":
      return {
        queries: [insert({ ...step, created: step.time, updated: step.time, items: [] }, wordsOf)],
        answer: ([row]) => {
          if (row !== null) return step.id;
          throw new SkeletonError(
            "duplicate_record",
            `There is a record "${step.id}" in "${step.store}" already.`,
            {
              hint: "Choose another id, or update the record.",
            },
          );
        },
      };
    case "import":
      return { queries: [insert(step, wordsOf)], answer: ([row]) => (row === null ? 0 : 1) };
    case "fill":
      return fill(step, wordsOf);
    case "update":
      return update(step, wordsOf);
    case "delete":
      return remove(step);
    case "append":
      return append(step, wordsOf);
  }
}

/** Collects parameters while a statement is written. */
function parameters(...first: readonly unknown[]) {
  const values: unknown[] = [...first];
  return {
    values,
    add(value: unknown): string {
      values.push(value);
      return `$${values.length}`;
    },
  };
}
type Parameters = ReturnType<typeof parameters>;

type TextRow = { readonly field: string; readonly position: number; readonly text: string | null };
const ofRecord = ([field, text]: IndexText): TextRow => ({ field, position: -1, text });
const ofItem = ({ position, texts }: Pick<ImportedItem, "position" | "texts">): TextRow[] =>
  texts.map(([field, text]) => ({ field, position, text }));

/**
 * Makes texts findable, as one part of a statement; nothing when there are none.
 * @param from the part of the statement that knows the record's row, and of an append the position.
 */
function textsPart(
  { add }: Parameters,
  { store, userId }: { readonly store: string; readonly userId: string },
  wordsOf: WordsOf,
  from: { readonly name: string; readonly position?: string },
  texts: readonly TextRow[],
): string {
  const rows = texts.flatMap(({ field, position, text }) => {
    const words = text === null ? undefined : wordsOf(text);
    return words === undefined ? [] : [{ field, position, ...words }];
  });
  if (rows.length === 0) return "";
  const lists = [
    `${add(rows.map(({ field }) => field))}::text[]`,
    `${add(rows.map(({ position }) => position))}::bigint[]`,
    `${add(rows.map(({ vector }) => vector))}::text[]`,
    `${add(rows.map(({ length }) => length))}::integer[]`,
  ];
  return `, texts as (
    insert into ${quoted(textsTable(store))} (user_id, record, field, position, words, length)
    select ${add(userId)}::text, f.${ROW}, t.field, ${from.position ?? "t.position"}, t.words::tsvector, t.length
      from ${from.name} as f, unnest(${lists.join(", ")}) as t (field, position, words, length)
    on conflict (user_id, record, field, position)
      do update set number = excluded.number, words = excluded.words, length = excluded.length)`;
}

/** How many items there are of each collection, by its column. */
const lengthsOf = (items: readonly ImportedItem[]) =>
  [...Map.groupBy(items, ({ field }) => field)].map(
    ([field, own]) => [lengthColumn(field), own.length] as const,
  );

function insert(step: Omit<Step<"import">, "op">, wordsOf: WordsOf): Query {
  const parts = parameters();
  const columns = [
    ["id", step.id],
    ["user_id", step.userId],
    ["created_at", step.created],
    ["updated_at", step.updated],
    ...step.fields.map(([field, value]) => [columnOf(field), value] as const),
    ...lengthsOf(step.items),
  ] as const;
  const made = `made as (
    insert into ${quoted(recordsTable(step.store))} (${columns.map(([column]) => quoted(column)).join(", ")})
    values (${columns.map(([, value]) => parts.add(value)).join(", ")})
    on conflict (user_id, id) do nothing returning ${ROW})`;
  const items = step.items.length === 0 ? "" : `, ${itemsPart(parts, step)}`;
  const texts = [...step.texts.map(ofRecord), ...step.items.flatMap(ofItem)];
  const indexed = textsPart(parts, step, wordsOf, { name: "made" }, texts);
  return { text: `with ${made}${items}${indexed} select (select ${ROW} from made)`, values: parts.values };
}

function itemsPart(
  { add }: Parameters,
  { store, userId, items }: Pick<Step<"import">, "store" | "userId" | "items">,
): string {
  const lists = [
    `${add(items.map(({ field }) => field))}::text[]`,
    `${add(items.map(({ position }) => position))}::bigint[]`,
    `${add(items.map(({ key }) => key))}::text[]`,
    `${add(items.map(({ item }) => item))}::text[]`,
  ];
  return `items as (
    insert into ${quoted(itemsTable(store))} (user_id, record, field, position, key, item)
    select ${add(userId)}::text, m.${ROW}, i.*
      from made as m, unnest(${lists.join(", ")}) as i (field, position, key, item))`;
}

function fill(step: Step<"fill">, wordsOf: WordsOf): StepQueries {
  const parts = parameters();
  const records = quoted(recordsTable(step.store));
  const which = `r.user_id = ${parts.add(step.userId)} and r.id = ${parts.add(step.id)}`;
  const longer = lengthsOf(step.items)
    .map(([column, count]) => `${quoted(column)} = r.${quoted(column)} + ${parts.add(count)}::bigint`)
    .join(", ");
  const made =
    longer === ""
      ? `made as (select r.${ROW} from ${records} as r where ${which})`
      : `made as (update ${records} as r set ${longer} where ${which} returning r.${ROW})`;
  const items = step.items.length === 0 ? "" : `, ${itemsPart(parts, step)}`;
  const texts = step.texts.map(({ position, ...text }) => ({ ...text, position: position ?? -1 }));
  const indexed = textsPart(parts, step, wordsOf, { name: "made" }, texts);
  return {
    queries: [
      { text: `with ${made}${items}${indexed} select (select ${ROW} from made)`, values: parts.values },
    ],
    answer([row]) {
      if (row === null) throw recordNotFound(step);
      return null;
    },
  };
}

function update(step: Step<"update">, wordsOf: WordsOf): StepQueries {
  const parts = parameters(...(step.where?.params ?? []));
  const [records, texts] = [quoted(recordsTable(step.store)), quoted(textsTable(step.store))];
  const [user, id] = [parts.add(step.userId), parts.add(step.id)];
  const assignments = [
    ["updated_at", step.time] as const,
    ...step.fields.map(([field, value]) => [columnOf(field), value] as const),
  ]
    .map(([column, value]) => `${quoted(column)} = ${parts.add(value)}`)
    .join(", ");
  const changed = `changed as (
    update ${records} as r set ${assignments}
    where r.user_id = ${user} and r.id = ${id}${step.where === undefined ? "" : ` and (${step.where.sql})`}
    returning r.${ROW})`;
  const indexed = textsPart(parts, step, wordsOf, { name: "changed" }, step.texts.map(ofRecord));
  const wordless = step.texts.flatMap(([field, text]) =>
    text === null || wordsOf(text) === undefined ? [field] : [],
  );
  const gone =
    wordless.length === 0
      ? ""
      : `, gone as (delete from ${texts} as t using changed as c
          where t.user_id = ${user} and t.record = c.${ROW} and t.position = -1 and t.field = any(${parts.add(wordless)}::text[]))`;
  const text = `with ${changed}${indexed}${gone} select (select ${ROW} from changed),
    exists (select from ${records} where user_id = ${user} and id = ${id})`;
  return {
    queries: [{ text, values: parts.values }],
    answer([row, there]) {
      if (row !== null) return null;
      if (!there) throw recordNotFound(step);
      throw new SkeletonError("conflict", `The record "${step.id}" in "${step.store}" is not as expected.`, {
        hint: "Read it again and decide again.",
      });
    },
  };
}

/** Waits for whoever writes to the record first: only a statement that begins after that sees all that belongs to it. */
function remove({ store, userId, id }: Step<"delete">): StepQueries {
  const [records, items, texts] = [recordsTable, itemsTable, textsTable].map((of) => quoted(of(store)));
  const values = [userId, id];
  const below = (table: string | undefined) =>
    `(delete from ${table} as b using gone as g where b.user_id = $1 and b.record = g.${ROW})`;
  return {
    queries: [
      { text: `select from ${records} where user_id = $1 and id = $2 for update`, values },
      {
        text: `with gone as (delete from ${records} where user_id = $1 and id = $2 returning ${ROW}),
          items as ${below(items)}, texts as ${below(texts)} select count(*) from gone`,
        values,
      },
    ],
    answer: ([count]) => (count === 0 ? 0 : 1),
  };
}

/** The row of the record is locked and has the length, so that positions have no gaps whoever appends at once. */
function append(step: Step<"append">, wordsOf: WordsOf): StepQueries {
  const parts = parameters();
  const [records, items] = [quoted(recordsTable(step.store)), quoted(itemsTable(step.store))];
  const length = quoted(lengthColumn(step.field));
  const [user, id, field, key] = [step.userId, step.id, step.field, step.key].map(parts.add);
  const [time, item] = [step.time, step.item].map(parts.add);
  const there = `select i.position from ${items} as i
    where i.user_id = r.user_id and i.record = r.${ROW} and i.field = ${field} and i.key = ${key}`;
  const conditions = [
    `r.user_id = ${user} and r.id = ${id}`,
    ...(step.key === null ? [] : [`not exists (${there})`]),
    ...(step.position === null ? [] : [`r.${length} = ${parts.add(step.position)}`]),
  ];
  const from = { name: "target", position: "f.position" };
  const indexed = textsPart(parts, step, wordsOf, from, ofItem({ position: 0, texts: step.texts }));
  const text = `with target as (
      update ${records} as r set updated_at = ${time}, ${length} = r.${length} + 1
      where ${conditions.join(" and ")} returning r.${ROW}, r.${length} - 1 as position),
    item as (
      insert into ${items} (user_id, record, field, position, key, item)
      select ${user}::text, t.${ROW}, ${field}::text, t.position, ${key}::text, ${item}::text from target as t)${indexed}
    select (select position from target), r.${ROW}, r.${length}, ${step.key === null ? "null" : `(${there})`}
      from (select) as one left join ${records} as r on r.user_id = ${user} and r.id = ${id}`;
  return {
    queries: [{ text, values: parts.values }],
    answer([position, row, count, known]) {
      if (position !== null && position !== undefined) return Number(position);
      if (row === null) throw recordNotFound(step);
      if (known !== null && known !== undefined) return Number(known);
      throw new SkeletonError("conflict", `The collection "${step.field}" has ${count} items by now.`, {
        hint: "Read what is new and decide again.",
      });
    },
  };
}
