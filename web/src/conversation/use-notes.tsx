import { type ReactNode, useEffect, useLayoutEffect, useRef } from "react";
import { commandNotes, type CommandNote as Note } from "../composer/command-notes.ts";
import { lazyPart } from "../workspace/lazy-part.tsx";

const CommandNote = lazyPart(async () => (await import("./command-note.tsx")).CommandNote);

type Options = {
  readonly notes: readonly Note[];
  readonly place: string;
  /** Of the last item that is drawn. */
  readonly lastKey: string | undefined;
  /** What there is above is not known yet. */
  readonly loading: boolean;
  readonly toEnd: () => void;
};

/**
 * Keeps what commands said below what stood above it when it came, and shows what is new.
 * @returns what stands below an item; `null`: above all of them.
 */
export function useNotes({ notes, place, lastKey, loading, toEnd }: Options) {
  const end: string | null = lastKey ?? null;
  useEffect(() => {
    if (!loading && notes.some(({ after }) => after === undefined)) commandNotes.anchor(place, end);
  }, [notes, place, end, loading]);

  const count = useRef(notes.length);
  useLayoutEffect(() => {
    if (notes.length > count.current) toEnd();
    count.current = notes.length;
  });

  return (key: string | null): readonly ReactNode[] =>
    notes
      .filter(({ after = end }) => after === key)
      .map((note) => <CommandNote key={note.id} note={note} place={place} />);
}
