import type { Me } from "../api/wire.ts";
import { createExternalStore } from "../lib/external-store.ts";

/** Who is signed in in this window, or whose session ended in it: until they sign out, their work waits for them. */
export const whoWasHere = createExternalStore<Me | null>(null);
