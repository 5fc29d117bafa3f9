import { useSyncExternalStore } from "react";
import { drafts } from "./drafts.ts";

/** What is being written in a place. */
export const useDraft = (place: string) => useSyncExternalStore(drafts.subscribe, () => drafts.read(place));

/** The message that is on its way from a place. Unlike the draft it does not change with every key. */
export const useSending = (place: string): string | undefined =>
  useSyncExternalStore(drafts.subscribe, () => drafts.read(place).sending?.content);
