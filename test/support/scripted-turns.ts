import { busPlugin } from "../../src/core/bus/plugin.ts";
import { threadsPlugin } from "../../src/core/threads/plugin.ts";
import type { Auth } from "../../src/protocols/auth.ts";
import type { MessageProcessor } from "../../src/protocols/message-processor.ts";
import type { Model } from "../../src/protocols/model.ts";
import type { CorePlugin } from "../../src/protocols/plugin.ts";
import type { Store } from "../../src/protocols/store.ts";
import type { TurnEvent } from "../../src/protocols/turn-event.ts";
import { memoryStore } from "../../src/testkit/memory-store.ts";
import { countingIds, type TestHost, testClock, testHost } from "../../src/testkit/test-host.ts";
import { createTurns, type Turns } from "../../src/turns/create-turns.ts";

/** Whose turns they are. */
export const userId = "ann";
/** What every clock here says. */
export const timestamp = "2026-01-01T00:00:00.000Z";
export const tokens = (content: string): TurnEvent => ({
  event: "message_tokens",
  data: { content, timestamp, model: "m" },
});

export type Script = MessageProcessor["processMessage"];

/** Says the words, then waits to be stopped. */
export const saysAndWaits = (...words: string[]): Script =>
  async function* (_turn, signal) {
    for (const word of words) yield [tokens(word)];
    await new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  };

export const says = (...words: string[]): Script =>
  async function* () {
    for (const word of words) yield [tokens(word)];
  };

/** Everything that `open` started; a killed one is taken out. */
export const opened: { host: TestHost; turns: Turns; leave(): void }[] = [];

/** How long a script has to end once it is told to: one whose test has failed may wait for what never comes. */
const scriptEndsMs = 2_000;

/** For `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const { host, turns, leave } of opened.splice(0)) {
    const leaving = setTimeout(leave, scriptEndsMs);
    await turns.shutdown(0);
    clearTimeout(leaving);
    await host.shutdown();
  }
}

/** The same script, until it is left where it is. */
const leavable = (script: Script, left: Promise<never>): Script =>
  async function* (turn, signal) {
    const steps = script(turn, signal)[Symbol.asyncIterator]();
    for (;;) {
      const step = await Promise.race([steps.next(), left]);
      if (step.done) return;
      yield step.value;
    }
  };

export const newStore = () => memoryStore({ now: testClock().now, newId: countingIds() });

/**
 * A store as an instance sees it that lives beside others in one process. It would take over what they run, since their process
 * number is its own: in that of another life.
 */
export const beside = (store: Store): Store => ({
  ...store,
  findAll: async (name, query) =>
    name === "running_turns" && typeof query?.where?.instance === "object" ? [] : store.findAll(name, query),
});

/** Turns on real threads and bus, a store in memory, and a processor that does as the script says. */
export async function open(
  script: Script,
  {
    store = newStore(),
    newId = countingIds(),
    now = testClock().now,
    goesOn = false,
    forbids = "",
    plugins = [] as readonly CorePlugin[],
  } = {},
) {
  const auth = {
    requestAllowed: async ({ model }) => model !== "forbidden" && model !== forbids,
  } as Partial<Auth> as Auth;
  const model = { listModels: async () => ["forbidden", "m", "p"] } as Partial<Model> as Model;
  const part = <R extends "auth" | "model" | "store" | "message_processor">(
    role: R,
    value: unknown,
  ): CorePlugin<R> => ({ role, name: `scripted ${role}`, create: () => value as never });
  const left = Promise.withResolvers<never>();
  left.promise.catch(() => undefined); // told to whoever waits for a script
  const host = testHost({
    newId,
    now,
    config: { turns: { checkpoint_ms: 50 }, jobs: { backoff_ms: 1 } },
    plugins: [
      part(
        "auth",
        Object.assign(auth, {
          authenticateUser() {},
          createToken() {},
          verifyToken() {},
          revokeToken() {},
          revokeAllTokens() {},
        }),
      ),
      part("model", Object.assign(model, { generate() {} })),
      part("store", store),
      part("message_processor", {
        processMessage: leavable(script, left.promise),
        ...(goesOn && { goesOn }),
      }),
      threadsPlugin,
      busPlugin,
      ...plugins,
    ],
  });
  const turns = await createTurns(host);
  const leave = () => left.reject(new Error("The test is over."));
  const app = { host, turns, store, leave, threads: await host.get("thread") };
  opened.push(app);
  return app;
}

type App = Awaited<ReturnType<typeof open>>;

/** Everything a watcher hears until the turn is over. */
export async function hear({ turns }: App, turnId: string, after?: number): Promise<TurnEvent[]> {
  const events: TurnEvent[] = [];
  const never = new AbortController().signal;
  for await (const { data } of await turns.read({ userId, turnId }, after, never)) {
    events.push(...data.map((line) => JSON.parse(line) as TurnEvent));
  }
  return events;
}

export const said = async ({ threads }: App, threadId: string) =>
  (await threads.getThreadMessages({ userId, threadId })).map(({ role, content, interrupted }) =>
    interrupted ? [role, content, "interrupted"] : [role, content],
  );
