import { useSyncExternalStore } from "react";
import type { ExternalStore } from "./external-store.ts";

/** A value outside React, as it stands now. */
export const useStored = <Value>(store: ExternalStore<Value>): Value =>
  useSyncExternalStore(store.subscribe, store.get);
