import { SkeletonError } from "../../../lib/errors.ts";
import type { Logger } from "../../../protocols/plugin.ts";
import { badInput } from "../bad-input.ts";
import type { FullDefinition } from "../definition.ts";
import type { Engine } from "../engine.ts";
import { type Address, parseAddress } from "./address.ts";
import { beginTarget } from "./begin-target.ts";
import { type Compared, compareStores } from "./compare-stores.ts";
import { copyStore } from "./copy-store.ts";
import { endMove, halfMoved, MOVE_STORE, readMark } from "./marks.ts";
import { checkFree, naming, openSource, openTarget } from "./open.ts";
import { type Limits, usualLimits } from "./read-parts.ts";
import type { Source } from "./source.ts";

export type MoveSetup = {
  /** `sqlite:FILE` or `postgres://...`, both. */
  readonly from: string;
  readonly to: string;
  readonly log: Logger;
  readonly now: () => Date;
  /** Default: some MB in all. */
  readonly limits?: Limits;
  /** Hears how far it is. A throw ends the move where it is, as a kill would. */
  readonly onProgress?: (phase: "copying" | "comparing", done: number, total: number) => void;
};

export type Moved = {
  /** Without passwords. */
  readonly from: string;
  readonly to: string;
  /** By name. */
  readonly stores: ReadonlyMap<string, Compared>;
};

/**
 * Moves everything that a store holds into an empty one, and compares the two. It may be killed at any point: the same
 * call goes on where it was. The source stays as it is, and of the target nothing can be used until all is there.
 * @throws `bad_input` for addresses that cannot be used; `store_locked` while somebody else has one of the two;
 * `conflict` when the target holds something else, or when in the end the two are not the same.
 */
export async function moveStore(setup: MoveSetup): Promise<Moved> {
  const [from, to] = [parseAddress(setup.from), parseAddress(setup.to)];
  if (from.place === to.place)
    throw badInput(`${from.place} is both source and target.`, "Name another target.");
  const source = await openSource(from);
  try {
    const definitions = await storesOf(source);
    await checkFree(to);
    await inTarget(to, setup, (engine) => copyAll(source, definitions, engine, setup, to.place));
    const stores = await compareAll(source, definitions, to, setup);
    await inTarget(to, setup, async (engine) => {
      const { version } = await engine.definitions();
      await engine.write(version, [endMove(setup.now().toISOString())]);
    });
    return { from: from.place, to: to.place, stores };
  } finally {
    await source.close();
  }
}

/** What is moved: all but the marks of the move that brought it there. @throws when that one is not over. */
async function storesOf(source: Source): Promise<readonly FullDefinition[]> {
  const all = await source.definitions();
  const marks = all.find(({ name }) => name === MOVE_STORE);
  const mark = marks && (await readMark({ readEarly: source.read }, source.prepare(marks)));
  if (mark?.state === "moving") throw halfMoved(mark);
  return all.filter((definition) => definition !== marks);
}

async function inTarget(to: Address, { log }: MoveSetup, work: (engine: Engine) => Promise<void>) {
  const engine = await openTarget(to, log);
  try {
    await naming(to, () => work(engine));
  } finally {
    await engine.close();
  }
}

async function copyAll(
  source: Source,
  definitions: readonly FullDefinition[],
  engine: Engine,
  { now, limits = usualLimits, onProgress }: MoveSetup,
  place: string,
): Promise<void> {
  const target = await beginTarget(engine, definitions, { from: source.place, to: place }, now);
  const amounts = await amountsOf(source, definitions);
  const total = amounts.flat().reduce((sum, amount) => sum + amount, 0);
  let before = 0;
  for (const definition of definitions) {
    let done = 0;
    await copyStore(source, target, source.prepare(definition), {
      limits,
      onProgress(copied) {
        done = copied;
        onProgress?.("copying", before + done, total);
      },
    });
    before += done;
  }
}

/** Records, items and texts of each store. */
async function amountsOf(
  source: Source,
  definitions: readonly FullDefinition[],
): Promise<readonly (readonly number[])[]> {
  const all: number[][] = [];
  for (const definition of definitions) {
    const [row] = await source.read({ sql: source.prepare(definition).amountsSql, params: [] });
    all.push((row ?? []).map(Number));
  }
  return all;
}

/** @throws `conflict` where they are not the same. */
async function compareAll(
  source: Source,
  definitions: readonly FullDefinition[],
  to: Address,
  { limits = usualLimits, onProgress }: MoveSetup,
): Promise<ReadonlyMap<string, Compared>> {
  const amounts = await amountsOf(source, definitions);
  const total = amounts.reduce((sum, [records = 0]) => sum + records, 0);
  const target = await openSource(to);
  try {
    const stores = new Map<string, Compared>();
    let before = 0;
    for (const definition of definitions) {
      const compared = await compareStores(source, target, definition, limits, (records) =>
        onProgress?.("comparing", before + records, total),
      );
      before += compared.records;
      stores.set(definition.name, compared);
    }
    const differences = [...stores.values()].flatMap((compared) => compared.differences);
    if (differences.length === 0) return stores;
    throw new SkeletonError(
      "conflict",
      `What arrived is not what is in ${source.place}:\n${differences.join("\n")}`,
      {
        hint: "The source was changed after the move had begun, or somebody else wrote to the target. Move again, into an empty target.",
      },
    );
  } finally {
    await target.close();
  }
}
