import { useSyncExternalStore } from "react";
import { type Chosen, drafts } from "./drafts.ts";

/** What is being written in a place. */
export const useDraft = (place: string) => useSyncExternalStore(drafts.subscribe, () => drafts.read(place));

const nothing: Chosen = {};

/** Who is to answer there, as far as that was chosen since the last message. Unlike the draft it does not change with every key. */
export const useChosen = (place: string): Chosen =>
  useSyncExternalStore(drafts.subscribe, () => drafts.read(place).chosen ?? nothing);

/** The message that is on its way from a place. Unlike the draft it does not change with every key. */
export const useSending = (place: string): string | undefined =>
  useSyncExternalStore(drafts.subscribe, () => drafts.read(place).sending?.content);
