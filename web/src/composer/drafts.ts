import type { GenerationSettings, PlanMode } from "../api/wire.ts";
import { createExternalStore } from "../lib/external-store.ts";
import { newKey } from "../lib/new-key.ts";

/** A long text that was pasted: it stands below what is written, and can be folded away. */
export type Pasted = { readonly id: string; readonly text: string };

/** Who is to answer, and how, as far as it was chosen for what is being written. */
export type Chosen = {
  readonly model?: string | undefined;
  readonly systemPrompt?: string | undefined;
  /** Of a chat that has not begun; a thread has its own. */
  readonly settings?: GenerationSettings | undefined;
  /** The same of how it is planned. */
  readonly planMode?: PlanMode | undefined;
};

/** What is being written: a text, and what was pasted below it. */
export type Written = { readonly text: string; readonly pasted?: readonly Pasted[] };

/** A message that is on its way; its key makes sending it again harmless. */
type Sending = { readonly content: string; readonly key: string };

/** One that could not be sent, and the sentence that says why. */
type Failed = Sending & { readonly sentence: string };

export type Draft = Written & {
  readonly chosen?: Chosen;
  readonly sending?: Sending & Written;
  readonly failed?: Failed;
};

const nothing: Draft = { text: "" };
const changes = createExternalStore(0);

/** What this page knows. The storage keeps it through a reload, where it may and has room. */
const known = new Map<string, Draft>();

/**
 * What is being written, a draft for each place (a user's thread, or a user's next chat). It lasts as long as the
 * window: through reloads, through signing in again, and while a message is on its way.
 */
export const drafts = {
  subscribe: changes.subscribe,
  /** The same object until it changes. */
  read(place: string): Draft {
    const draft = known.get(place) ?? stored(place);
    known.set(place, draft);
    return draft;
  },
  write(place: string, change: Partial<Written>): void {
    keep(place, { ...drafts.read(place), ...change });
  },
  /** Keeps what was chosen beside what is written; `undefined` forgets all of it. */
  choose(place: string, change: Chosen | undefined): void {
    const { chosen = {}, ...rest } = drafts.read(place);
    const all = Object.entries({ ...chosen, ...change }).filter(([, value]) => value !== undefined);
    const kept = change !== undefined && all.length > 0;
    if (kept || drafts.read(place).chosen !== undefined)
      keep(place, { ...rest, ...(kept && { chosen: Object.fromEntries(all) }) });
  },
  /** What is written has left the composer. */
  sent(place: string, key: string): void {
    const { text, pasted, chosen } = drafts.read(place);
    const written = { text, ...(pasted && { pasted }) };
    const sending = { ...written, content: contentOf(written), key };
    keep(place, { text: "", sending, ...(chosen && { chosen }) });
  },
  /** The server has it. */
  arrived(place: string): void {
    const { sending, failed, ...written } = drafts.read(place);
    keep(place, written);
  },
  /** It comes back, above whatever was written in the meantime. */
  returned(place: string, sentence: string): void {
    const { sending, text, pasted = [], chosen } = drafts.read(place);
    if (sending === undefined) return;
    const { key, content } = sending;
    const both = [sending.text, text].filter((part) => part !== "").join("\n\n");
    const blocks = [...(sending.pasted ?? []), ...pasted];
    keep(place, {
      text: both,
      ...(blocks.length > 0 && { pasted: blocks }),
      failed: { key, content, sentence },
      ...(chosen && { chosen }),
    });
  },
  /** Somebody else has come: of the others' nothing is left. */
  keepOnly(username: string): void {
    const isOthers = (place: string) => !place.startsWith(`${username}:`);
    for (const place of known.keys()) if (isOthers(place)) known.delete(place);
    tryStorage((storage) => {
      for (const key of Object.keys(storage))
        if (key.startsWith(prefix) && isOthers(key.slice(prefix.length))) storage.removeItem(key);
    });
    changes.set(changes.get() + 1);
  },
  /** Signing out leaves nothing behind. */
  clear(): void {
    known.clear();
    tryStorage((storage) => {
      for (const key of Object.keys(storage)) if (key.startsWith(prefix)) storage.removeItem(key);
    });
    changes.set(changes.get() + 1);
  },
};

/** The message that a draft makes: the text, and below it what was pasted. */
export const contentOf = ({ text, pasted = [] }: Written): string =>
  [text, ...pasted.map((block) => block.text)]
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .join("\n\n");

export const newPasted = (text: string): Pasted => ({ id: newKey(), text });

const prefix = "draft:";
const slot = (place: string) => `${prefix}${place}`;

function stored(place: string): Draft {
  const kept = tryStorage((storage) => storage.getItem(slot(place)));
  if (kept === null || kept === undefined) return nothing;
  try {
    const draft: unknown = JSON.parse(kept);
    return typeof (draft as Draft | null)?.text === "string" ? (draft as Draft) : nothing;
  } catch {
    return nothing;
  }
}

function keep(place: string, draft: Draft): void {
  const { pasted, ...rest } = draft;
  const tidy: Draft = pasted === undefined || pasted.length === 0 ? rest : draft;
  const { text, sending, chosen } = tidy;
  const empty = [text || undefined, tidy.pasted, sending, chosen].every((part) => part === undefined);
  known.set(place, empty ? nothing : tidy);
  tryStorage((storage) => {
    if (empty) storage.removeItem(slot(place));
    else storage.setItem(slot(place), JSON.stringify(tidy));
  });
  changes.set(changes.get() + 1);
}

/** Storage may be forbidden or full; the page then remembers by itself, for as long as it is open. */
function tryStorage<Value>(use: (storage: Storage) => Value): Value | undefined {
  try {
    return use(sessionStorage);
  } catch {
    return undefined;
  }
}
