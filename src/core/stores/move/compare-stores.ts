import { createHash, type Hash } from "node:crypto";
import type { FullDefinition } from "../definition.ts";
import type { Row } from "../engine.ts";
import { decodeText } from "../text-coding.ts";
import { atBegin } from "./marks.ts";
import { type Limits, readParts } from "./read-parts.ts";
import type { MovedStore, Source } from "./source.ts";

export type Compared = {
  readonly records: number;
  readonly items: number;
  readonly texts: number;
  /** SHA-256 of everything in the first place, in its order: the same on both engines. */
  readonly checksum: string;
  /** What is not the same, in words; the first few. */
  readonly differences: readonly string[];
};

/** A difference that nobody reads is not told. */
const TOLD = 10;

/**
 * Whether a store is the same in two places: each record with its items, the order of the records, and the texts that
 * are in the index with their order.
 * @param onProgress hears how many records have been compared.
 */
export async function compareStores(
  first: Source,
  second: Source,
  definition: FullDefinition,
  limits: Limits,
  onProgress: (records: number) => void,
): Promise<Compared> {
  const [one, other] = [sideOf(first, definition), sideOf(second, definition)];
  const differences: string[] = [];
  const tell = (difference: string) => {
    if (differences.length < TOLD) differences.push(`${definition.name}: ${difference}`);
  };
  const total = createHash("sha256");
  let [records, items, texts] = [0, 0, 0];
  const count = (sum: Sum) => {
    total.update(sum.digest);
    records += 1;
    items += sum.items;
    onProgress(records);
  };

  const [ours, theirs] = [sums(one, limits), sums(other, limits)];
  let [a, b] = [await next(ours), await next(theirs)];
  while (a !== undefined || b !== undefined) {
    const together = a !== undefined && b !== undefined && isSame(a, b);
    if (together && a?.digest !== b?.digest) tell(`${named(a)} is another`);
    const missing = !together && a !== undefined && !(await isThere(other, a));
    const strange = !together && !missing && b !== undefined && !(await isThere(one, b));
    if (missing) tell(`${named(a)} is missing`);
    else if (strange) tell(`${named(b)} is not in ${first.place}`);
    else if (!together) tell(`${named(a ?? b)} is at another place in the order`);
    if (a !== undefined && !strange) {
      count(a);
      a = await next(ours);
    }
    if (b !== undefined && !missing) b = await next(theirs);
  }

  const [place, place2] = [places(one), places(other)];
  for (;;) {
    const [here, there] = [await next(place), await next(place2)];
    if (here !== undefined) texts += 1;
    if (here === undefined && there === undefined) break;
    if (here === there) continue;
    tell(`the search index is another from its text ${texts} on`);
    await Promise.all([place.return(undefined), place2.return(undefined)]);
    break;
  }
  return { records, items, texts, checksum: total.digest("hex"), differences };
}

/** The store in one of the two places. */
type Side = { readonly source: Source; readonly store: MovedStore };

const sideOf = (source: Source, definition: FullDefinition): Side => ({
  source,
  store: source.prepare(definition),
});

type Sum = { readonly id: string; readonly userId: string; readonly digest: string; readonly items: number };

const isSame = (one: Sum, other: Sum) => one.id === other.id && one.userId === other.userId;

const named = (sum: Sum | undefined) =>
  `the record ${JSON.stringify(decodeText(sum?.id ?? ""))} of ${JSON.stringify(decodeText(sum?.userId ?? ""))}`;

async function next<T>(values: AsyncGenerator<T>): Promise<T | undefined> {
  const { done, value } = await values.next();
  return done === true ? undefined : (value as T);
}

/** A checksum of each record, however many items it has. */
async function* sums({ source, store }: Side, limits: Limits): AsyncGenerator<Sum> {
  let hash: Hash = createHash("sha256");
  let items = 0;
  for await (const parts of readParts(source, store, atBegin, limits))
    for (const part of parts) {
      if (part.first) {
        hash = createHash("sha256").update(JSON.stringify(part.columns));
        items = 0;
      }
      for (const item of part.items) hash.update(JSON.stringify(item));
      items += part.items.length;
      const [id, userId] = part.columns;
      if (part.last) yield { id: String(id), userId: String(userId), digest: hash.digest("hex"), items };
    }
}

async function isThere({ source, store }: Side, { id, userId }: Sum): Promise<boolean> {
  return (await source.read({ sql: store.getSql, params: [userId, id] })).length > 0;
}

async function* places({ source, store }: Side): AsyncGenerator<string> {
  for await (const rows of source.readLong(store.places(0)))
    for (const [, ...place] of rows as readonly Row[]) yield JSON.stringify(place);
}
