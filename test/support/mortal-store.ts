import type { Store } from "../../src/protocols/store.ts";

/** A call that writes. */
export type Writing = { readonly method: string; readonly args: readonly unknown[] };

const writes: readonly string[] = ["add", "update", "delete", "transaction", "collectionAppend"];

/**
 * A store as a server has it that is killed: none of its calls comes back from then on. It outlives that server, and one that
 * shuts down.
 * @param dies before which of its writes. It may still be killed at another time.
 */
export function mortalStore(
  store: Store,
  dies: (write: Writing) => boolean,
): { readonly store: Store; readonly died: Promise<void>; kill(): void } {
  let dead = false;
  const { promise: died, resolve } = Promise.withResolvers<void>();
  const kill = () => {
    dead = true;
    resolve();
  };
  const proxy = new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== "function") return member;
      if (name === "shutdown") return async () => {};
      const method = String(name);
      return (...args: unknown[]) => {
        if (!dead && writes.includes(method) && dies({ method, args })) kill();
        return dead ? new Promise(() => {}) : Reflect.apply(member, target, args);
      };
    },
  });
  return { store: proxy, died, kill };
}
