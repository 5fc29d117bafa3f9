import { createExternalStore, type ExternalStore } from "./external-store.ts";

/**
 * A choice that this browser keeps, told to all its windows. The first of `allowed` is the default; a browser that
 * keeps nothing (private windows may not) gets the default each time.
 */
export function createPreference<Value extends string>(
  name: string,
  allowed: readonly [Value, ...Value[]],
): ExternalStore<Value> {
  const key = `skeleton.${name}`;
  const known = (text: string | null): Value => allowed.find((value) => value === text) ?? allowed[0];
  const store = createExternalStore<Value>(known(read(key)));
  // Outside a browser, as in a unit test, there are no other windows to hear from.
  globalThis.addEventListener?.("storage", (event) => {
    if (event.key === key) store.set(known(event.newValue));
  });
  return {
    ...store,
    set(value) {
      store.set(value);
      try {
        localStorage.setItem(key, value);
      } catch {
        // it holds for as long as the window does
      }
    },
  };
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
