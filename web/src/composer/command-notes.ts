import { createExternalStore } from "../lib/external-store.ts";
import { newKey } from "../lib/new-key.ts";

/** What a command said. Only this window knows it, for as long as it is open. */
export type CommandNote = {
  readonly id: string;
  /** The command as it was written. */
  readonly command: string;
  /** Markdown. */
  readonly text: string;
  /** Key of what stood above it when it came; `null`: nothing did. Absent until it is drawn. */
  readonly after?: string | null;
};

const none: readonly CommandNote[] = [];
const most = 50;
const changes = createExternalStore(0);
const known = new Map<string, readonly CommandNote[]>();

function keep(place: string, notes: readonly CommandNote[]): void {
  if (notes.length === 0) known.delete(place);
  else known.set(place, notes.slice(-most));
  changes.set(changes.get() + 1);
}

const inPlace = (place: string): readonly CommandNote[] => known.get(place) ?? none;

/** What commands said in a place: a user's thread, or a user's next chat. */
export const commandNotes = {
  subscribe: changes.subscribe,
  /** Oldest first; the same list until it changes. */
  read: inPlace,
  add(place: string, note: Pick<CommandNote, "command" | "text">): void {
    keep(place, [...inPlace(place), { ...note, id: newKey() }]);
  },
  /** Those that have no place yet stand below this from now on. */
  anchor(place: string, after: string | null): void {
    const notes = inPlace(place);
    if (notes.every((note) => note.after !== undefined)) return;
    keep(
      place,
      notes.map((note) => ({ after, ...note })),
    );
  },
  remove(place: string, id: string): void {
    keep(
      place,
      inPlace(place).filter((note) => note.id !== id),
    );
  },
  /** A chat has become a thread. */
  move(from: string, to: string): void {
    const notes = inPlace(from);
    if (notes.length === 0) return;
    keep(to, [...notes, ...inPlace(to)]);
    keep(from, none);
  },
  /** Of one place, or all. */
  clear(place?: string): void {
    for (const each of place === undefined ? [...known.keys()] : [place]) keep(each, none);
  },
};
