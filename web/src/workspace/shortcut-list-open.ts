import { createExternalStore } from "../lib/external-store.ts";

/** Whether the list of shortcuts is shown. */
export const shortcutListOpen = createExternalStore(false);
