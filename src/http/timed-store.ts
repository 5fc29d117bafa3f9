import type { Store } from "../protocols/store.ts";
import type { Metrics } from "./metrics.ts";

/** The store, with the time of each call counted. */
export function timedStore(store: Store, metrics: Metrics): Store {
  return new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== "function" || typeof name !== "string") return member;
      return async (...args: unknown[]) => {
        const start = performance.now();
        try {
          return await Reflect.apply(member, target, args);
        } finally {
          metrics.storeCall(name, (performance.now() - start) / 1000);
        }
      };
    },
  });
}
