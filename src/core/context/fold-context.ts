import type { ContextChanges, ContextMessage } from "../../protocols/context.ts";
import type { ThreadMessage } from "../../protocols/threads.ts";
import { type Branch, branchOf } from "./branch.ts";
import type { Add, Operation } from "./operation.ts";
import { placeAdded, undecided } from "./place-added.ts";
import { coveredBy, saidAt } from "./speak.ts";

/** What became of a message. */
type Fate = { message: ContextMessage | undefined; changes: ContextChanges[]; removed: boolean };

type Changed = {
  readonly fates: ReadonlyMap<string, Fate>;
  /** Messages without an entry, by the place of the entry after which they stand; -1 before the first. */
  readonly between: ReadonlyMap<number, readonly string[]>;
};

/**
 * The context: the active branch, first entry first, and what was done to it.
 * @param elsewhere which of `undecidedIds` have their entries on other branches.
 */
export function foldContext(
  entries: readonly ThreadMessage[],
  operations: readonly Operation[],
  elsewhere: ReadonlySet<string> = new Set(),
): readonly ContextMessage[] {
  const branch = branchOf(entries, operations);
  const { fates, between } = changesOn(branch, elsewhere);
  const context: ContextMessage[] = [];
  const say = (message: ContextMessage | undefined) => {
    const fate = message && fates.get(message.id);
    if (!message || fate?.removed) return;
    context.push(fate ? fate.changes.reduce(changed, fate.message ?? message) : message);
  };
  const sayBetween = (from: number, to: number) => {
    for (let place = from; place < to; place += 1) {
      for (const id of between.get(place) ?? []) say(fates.get(id)?.message);
    }
  };
  const added = (place: number) => fates.get(entries[place]?.id ?? "")?.message;
  const gone = new Set([
    ...(branch.replaced?.covers ?? []),
    ...(branch.replaced?.messages ?? []).map(({ id }) => id),
  ]);

  for (const message of branch.replaced?.messages ?? []) say(message);
  sayBetween(-1, branch.start);
  for (let place = branch.start; place < entries.length; ) {
    const ofAnother = (next: number) => added(next) !== undefined;
    const stops = (before: number) => between.has(before) || ofAnother(before + 1);
    const own = added(place);
    const said = own
      ? { message: own, end: coveredBy(own, entries, place, stops) }
      : saidAt(entries, place, stops);
    const end = own ? firstAdded(place + 1, said.end, ofAnother) : said.end;
    if (!gone.has(entries[place]?.id ?? "")) say(said.message);
    sayBetween(place, end);
    place = end;
  }
  return context;
}

/** Ids of which the fold must be told whether their entries are on other branches. */
export const undecidedIds = (
  entries: readonly ThreadMessage[],
  operations: readonly Operation[],
): readonly string[] => undecided(branchOf(entries, operations));

function firstAdded(from: number, to: number, isAdded: (place: number) => boolean): number {
  for (let place = from; place < to; place += 1) if (isAdded(place)) return place;
  return to;
}

function changesOn(branch: Branch, elsewhere: ReadonlySet<string>): Changed {
  const adds = branch.since.filter((operation): operation is Add => operation.op === "add");
  const places = new Map(placeAdded(branch, adds, elsewhere).map((place, index) => [adds[index], place]));
  const inBlock = new Set(branch.replaced?.messages.map(({ id }) => id));
  const fates = new Map<string, Fate>();
  const between = new Map<number, string[]>();
  const fateOf = (id: string): Fate => {
    const fate = fates.get(id) ?? { message: undefined, changes: [], removed: false };
    fates.set(id, fate);
    return fate;
  };
  for (const operation of branch.since) {
    if (operation.op === "update") fateOf(operation.id).changes.push(operation.changes);
    if (operation.op === "remove") for (const id of operation.ids) fateOf(id).removed = true;
    if (operation.op !== "add") continue;
    const { id } = operation.message;
    const place = places.get(operation);
    if (place === undefined) continue;
    const known = fates.get(id)?.message !== undefined || inBlock.has(id);
    fates.set(id, { message: operation.message, changes: [], removed: false });
    // What is added again says something new in its old place.
    if ("after" in place && !known) between.set(place.after, [...(between.get(place.after) ?? []), id]);
  }
  return { fates, between };
}

function changed(message: ContextMessage, { content, reasoning_content }: ContextChanges): ContextMessage {
  const said = content === undefined ? message : { ...message, content };
  if (reasoning_content === undefined || said.role !== "assistant") return said;
  const { reasoning_content: _, ...bare } = said;
  return reasoning_content === null ? bare : { ...bare, reasoning_content };
}
