import type pg from "pg";
import { codeOf } from "../../../lib/errors.ts";
import type { Row, StepResult } from "../engine.ts";
import { failureOf, isConflict, isLost } from "./failures.ts";
import { statementNames } from "./statement-names.ts";
import type { Query, StepQueries } from "./write-statements.ts";

/** Steps that are written together or not at all. */
export type Work = { readonly steps: readonly StepQueries[] };
export type Outcome = { readonly results: readonly StepResult[] } | { readonly failure: unknown };
/** Which transaction of which writer, checked with which definitions; see schema.ts. */
export type Stamp = { readonly name: string; readonly number: number; readonly version: number | null };

const nameOf = statementNames();
const begin = ({ name, number, version }: Stamp): Query => ({
  text: "select skeleton_begin($1, $2, $3)",
  values: [name, number, version],
});

/**
 * One transaction for all of them, in as few exchanges as can be: what one of them does wrong leaves the others alone.
 * @param answered is told the outcomes as soon as they depend on the commit alone.
 * @throws what the database says of the transaction as a whole; nothing is written then, unless the connection was lost.
 */
export async function commitGroup(
  client: pg.Client,
  stamp: Stamp,
  group: readonly Work[],
  answered: (outcomes: readonly Outcome[]) => void,
): Promise<readonly Outcome[]> {
  // A single step that fails has written nothing, so the commit need not wait for what came of it.
  const atOnce = group.every(({ steps }) => steps.length <= 1);
  const opening = [client.query("begin"), send(client, begin(stamp))];
  const sent = group.map((work) => sendAll(client, work));
  const closing = atOnce ? [client.query("commit")] : [];
  const flight: readonly Promise<unknown>[] = [...opening, ...sent.flat(2), ...closing];
  const settled = await Promise.allSettled(flight);
  const error = settled.find(isRejected)?.reason;
  if (error !== undefined) {
    const whole = settled.slice(0, opening.length).some(isRejected);
    if (atOnce && isLost(error) && !settled.slice(0, -1).some(isRejected))
      answered(await Promise.all(group.map((work, at) => outcomeOf(work, sent[at] ?? []))));
    if (!isLost(error)) await client.query("rollback");
    if (whole || isLost(error) || isConflict(error) || group.length === 1) throw error;
    return oneByOne(client, stamp, group, answered);
  }
  const outcomes = await Promise.all(group.map((work, at) => outcomeOf(work, sent[at] ?? [])));
  if (atOnce) return outcomes;
  if (outcomes.some((outcome, at) => "failure" in outcome && (group[at]?.steps.length ?? 0) > 1)) {
    await client.query("rollback");
    return group.length === 1 ? outcomes : oneByOne(client, stamp, group, answered);
  }
  answered(outcomes);
  await client.query("commit");
  return outcomes;
}

/** The same with a savepoint for each, after one of them was found to fail. */
async function oneByOne(
  client: pg.Client,
  stamp: Stamp,
  group: readonly Work[],
  answered: (outcomes: readonly Outcome[]) => void,
): Promise<readonly Outcome[]> {
  await client.query("begin");
  try {
    await send(client, begin(stamp));
    const outcomes: Outcome[] = [];
    for (const work of group) outcomes.push(await withSavepoint(client, work));
    answered(outcomes);
    await client.query("commit");
    return outcomes;
  } catch (error) {
    if (!isLost(error)) await client.query("rollback");
    throw error;
  }
}

async function withSavepoint(client: pg.Client, work: Work): Promise<Outcome> {
  const savepoint = client.query("savepoint one");
  const sent = sendAll(client, work);
  const error = (await Promise.allSettled([savepoint, ...sent.flat()])).find(isRejected)?.reason;
  if (error !== undefined && (isLost(error) || isConflict(error))) throw error;
  const outcome = error === undefined ? await outcomeOf(work, sent) : { failure: failureOf(error) };
  await client.query("failure" in outcome ? "rollback to one" : "release one");
  return outcome;
}

async function outcomeOf({ steps }: Work, answers: Sent): Promise<Outcome> {
  try {
    const results: StepResult[] = [];
    for (const [at, { answer }] of steps.entries())
      results.push(answer((await answers[at]?.at(-1))?.[0] ?? []));
    return { results };
  } catch (failure) {
    if (codeOf(failure) === "internal") throw failure; // not one of ours: a fault of this program
    return { failure };
  }
}

const isRejected = (one: PromiseSettledResult<unknown>): one is PromiseRejectedResult =>
  one.status === "rejected";

/** The answers to each query of each step. */
type Sent = readonly (readonly Promise<readonly Row[]>[])[];
const sendAll = (client: pg.Client, { steps }: Work): Sent =>
  steps.map(({ queries }) => queries.map((query) => send(client, query)));

async function send(client: pg.Client, { text, values }: Query): Promise<readonly Row[]> {
  const query = { text, values: [...values], rowMode: "array" };
  return (await client.query<never[]>({ ...query, name: nameOf(text) })).rows;
}
