import type { Store } from "../../src/protocols/store.ts";
import { until } from "../../src/testkit/until.ts";
import { opened, userId } from "./scripted-turns.ts";

/** A server that can be killed: nothing of it runs any more, and its store holds what was durable. */
type Killable = {
  /** The store as the server has it until it is killed. */
  readonly store: Store;
  kill(app: (typeof opened)[number]): void;
};

export function killable(store: Store): Killable {
  let dead = false;
  return {
    store: new Proxy(store, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => (dead ? new Promise(() => {}) : Reflect.apply(member, target, args));
      },
    }),
    kill(app) {
      dead = true;
      opened.splice(opened.indexOf(app), 1);
    },
  };
}

/** Servers that are killed one after the other: `mortal` is the store of the next one, `kill` ends the one that was begun last. */
export function killables() {
  let server: Killable;
  return {
    mortal(store: Store): Store {
      server = killable(store);
      return server.store;
    },
    kill: (app: (typeof opened)[number]) => server.kill(app),
  };
}

/** Once the checkpoints of a thread's turn hold the last thing that was said. */
export async function durable(store: Store, threadId: string, last: string): Promise<void> {
  const at = { userId, store: "running_turns", id: threadId };
  await until(`${last} is kept`, async () =>
    JSON.stringify(await store.collectionGet(at, "said")).includes(last),
  );
}
