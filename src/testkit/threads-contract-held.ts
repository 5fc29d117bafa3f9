import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "../protocols/store.ts";
import type { Held, Threads } from "../protocols/threads.ts";
import { create, ids, message, talk, userId } from "./threads-contract-kit.ts";

/** Of a race that is lost now and then: enough that one who looks before writing, and not while, loses one. */
const races = 40;

/** Writes of somebody who may have lost, meanwhile, what gave them the right to write. */
export function threadsHeld(open: () => Promise<{ readonly threads: Threads; readonly store: Store }>): void {
  /** A thread of two branches, `a b` and the active `a c`, and something that is held. */
  async function held() {
    const { threads, store } = await open();
    const { at } = await talk(async () => threads, "a", "b");
    await threads.addMessages(at, [message("c")], { parentId: "a" });
    await store.createStoreIfNotExists("held", { owner: "str" });
    const give = async (owner: string): Promise<Held> => {
      const id = await store.add({ userId, store: "held" }, { owner });
      return { at: { userId, store: "held", id }, where: { owner } };
    };
    return { threads, store, at, give };
  }

  /** Each call that takes it. */
  const writes = (
    threads: Threads,
    at: { readonly userId: string; readonly threadId: string },
    mine: Held,
  ) => ({
    append: () => threads.addMessages(at, [message("d")], { held: mine }),
    "append what is there": () => threads.addMessages(at, [message("b")], { held: mine }),
    "append below another": () => threads.addMessages(at, [message("e")], { parentId: "b", held: mine }),
    "append where the end is another": () =>
      threads.addMessages(at, [message("f")], { expectLeaf: "b", held: mine }),
    "append below what is missing": () =>
      threads.addMessages(at, [message("g")], { parentId: "missing", held: mine }),
    activate: () => threads.activateBranch({ ...at, messageId: "b" }, { held: mine }),
    "activate what is missing": () => threads.activateBranch({ ...at, messageId: "missing" }, { held: mine }),
    "append to a missing thread": () =>
      threads.addMessages({ ...at, threadId: "missing" }, [message("d")], { held: mine }),
    create: () => {
      const thread = { userId, title: "", model: "", systemPrompt: "" };
      return threads.createThread({ ...thread, id: "new", held: mine });
    },
    "create what is there": () => {
      const thread = { userId, title: "", model: "", systemPrompt: "" };
      return threads.createThread({ ...thread, id: at.threadId, held: mine });
    },
    delete: () => threads.deleteThread(at, { held: mine }),
    "delete a missing thread": () => threads.deleteThread({ ...at, threadId: "missing" }, { held: mine }),
  });

  test("who has lost what had to be held is told so and writes nothing, whatever else is wrong", async () => {
    const { threads, store, at, give } = await held();
    const taken = await give("me");
    await store.update(taken.at, { owner: "another" });
    const gone = await give("me");
    await store.delete(gone.at);
    const before = [await threads.getThread(at), await threads.getThreadMessages(at)];
    for (const mine of [taken, gone]) {
      for (const [name, write] of Object.entries(writes(threads, at, mine)))
        await assert.rejects(
          write,
          (error) => {
            const { code, hint } = error as { readonly code?: unknown; readonly hint?: unknown };
            assert.deepEqual([code, typeof hint], ["not_held", "string"], name);
            return true;
          },
          name,
        );
    }
    assert.deepEqual([await threads.getThread(at), await threads.getThreadMessages(at)], before);
    assert.deepEqual(ids(await threads.getThreadMessages(at)), ["a", "c"]);
    for (const messageId of ["d", "e", "f", "g"])
      await assert.rejects(threads.getMessage({ ...at, messageId }), { code: "message_not_found" });
    await assert.rejects(threads.getThread({ userId, threadId: "new" }), { code: "thread_not_found" });
  });

  test("who still has it writes as ever, and hears what else is wrong", async () => {
    const { threads, store, at, give } = await held();
    const mine = await give("me");
    const all = writes(threads, at, mine);
    await all.append();
    await all["append what is there"]();
    assert.deepEqual(ids(await threads.getThreadMessages(at)), ["a", "c", "d"]);
    await assert.rejects(all["append where the end is another"], { code: "stale" });
    await assert.rejects(all["append below what is missing"], { code: "message_not_found" });
    await assert.rejects(all["append to a missing thread"], { code: "thread_not_found" });
    await all.activate();
    assert.deepEqual(ids(await threads.getThreadMessages(at)), ["a", "b"]);
    await assert.rejects(all["activate what is missing"], { code: "message_not_found" });
    assert.deepEqual([await all.create(), await all["create what is there"]()], ["new", at.threadId]);
    await assert.rejects(all["delete a missing thread"], { code: "thread_not_found" });
    await all.delete();
    await assert.rejects(threads.getThread(at), { code: "thread_not_found" });
    assert.equal((await store.get(mine.at))?.owner, "me", "it is looked at, and stays as it is");
  });

  test("once it is taken away nothing of who had it comes any more", async () => {
    const { threads, store, give } = await held();
    for (let race = 0; race < races; race += 1) {
      const at = { userId, threadId: await create(threads) };
      const mine = await give("me");
      const taking = async () => {
        for (let step = race % 10; step > 0; step -= 1) await store.get(mine.at);
        await store.update(mine.at, { owner: "another" });
        return ids(await threads.getThreadMessages(at));
      };
      const writing = threads.addMessages(at, [message("a")], { held: mine }).then(
        () => ["a"],
        (error: { readonly code?: string }) => error.code,
      );
      const [seen, told] = await Promise.all([taking(), writing]);
      assert.deepEqual(ids(await threads.getThreadMessages(at)), seen, `race ${race}`);
      assert.deepEqual(told, seen.length === 0 ? "not_held" : ["a"], `race ${race}`);
    }
  });
}
