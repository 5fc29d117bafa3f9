import { SkeletonError } from "../../../lib/errors.ts";
import type { FullDefinition } from "../definition.ts";
import type { Engine } from "../engine.ts";
import type { Target } from "./copy-store.ts";
import { beginMove, beginStore, isBegun, MOVE_SCHEMA, MOVE_STORE, readMark } from "./marks.ts";

/**
 * Makes an empty target ready for these stores, or finds the one of a move that broke off.
 * @param places of source and target.
 * @throws `conflict` for one that holds anything else.
 */
export async function beginTarget(
  engine: Engine,
  definitions: readonly FullDefinition[],
  places: { readonly from: string; readonly to: string },
  now: () => Date,
): Promise<Target> {
  const before = (await engine.definitions()).definitions;
  const known = before.find(({ name }) => name === MOVE_STORE);
  const mark = known && (await readMark(engine, engine.prepareStore(known)));
  if (mark === undefined) await checkEmpty(engine, before, places.to);
  else if (mark.state === "done")
    throw new SkeletonError(
      "conflict",
      `What was in ${mark.source} has been moved to ${places.to} already.`,
      {
        hint: "Start the server with it; for another move name an empty target.",
      },
    );
  else if (mark.source !== places.from)
    throw new SkeletonError("conflict", `A move from ${mark.source} to ${places.to} broke off.`, {
      hint: "Give the address it came from, and it goes on; or name an empty target.",
    });

  await engine.create(MOVE_STORE, MOVE_SCHEMA, {});
  for (const { name, schema, options } of definitions) await engine.create(name, schema, options);
  const { version, definitions: made } = await engine.definitions();
  const marks = made.filter(({ name }) => name === MOVE_STORE).map(engine.prepareStore)[0];
  if (marks === undefined) throw new Error(`${MOVE_STORE} was not made.`);
  const time = now().toISOString();
  const steps = mark === undefined ? [beginMove(places.from, time)] : [];
  for (const { name } of definitions)
    if (!(await isBegun(engine, marks, name))) steps.push(beginStore(name, time));
  if (steps.length > 0) await engine.write(version, steps);
  return { engine, version, marks, now };
}

/** Stores without a record are what a server leaves that was started once and never used. */
async function checkEmpty(
  engine: Engine,
  definitions: readonly FullDefinition[],
  place: string,
): Promise<void> {
  for (const definition of definitions) {
    const { exportSql } = engine.prepareStore(definition);
    if ((await engine.read({ sql: exportSql, params: [0, 1] })).length === 0) continue;
    throw new SkeletonError("conflict", `${place} is not empty: it has records in ${definition.name}.`, {
      hint: "Name an empty target: a file that is not there yet, or a new database.",
    });
  }
}
