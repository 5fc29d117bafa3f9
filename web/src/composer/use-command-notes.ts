import { useSyncExternalStore } from "react";
import { type CommandNote, commandNotes } from "./command-notes.ts";

/** What commands said in a place. */
export const useCommandNotes = (place: string): readonly CommandNote[] =>
  useSyncExternalStore(commandNotes.subscribe, () => commandNotes.read(place));
