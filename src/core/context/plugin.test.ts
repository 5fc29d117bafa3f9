import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Context } from "../../protocols/context.ts";
import type { CorePlugin } from "../../protocols/plugin.ts";
import type { Store } from "../../protocols/store.ts";
import type { NewMessage, Threads } from "../../protocols/threads.ts";
import { contextContract } from "../../testkit/context-contract.ts";
import { memoryStore } from "../../testkit/memory-store.ts";
import { testHost } from "../../testkit/test-host.ts";
import { threadsPlugin } from "../threads/plugin.ts";
import { contextPlugin } from "./plugin.ts";

async function openOn(store: Store): Promise<{ threads: Threads; context: Context }> {
  const plugin: CorePlugin<"store"> = { role: "store", name: "given", create: () => store };
  const host = testHost({ plugins: [plugin, threadsPlugin, contextPlugin] });
  return { threads: await host.get("thread"), context: await host.get("context") };
}

let made = 0;
const newStore = () =>
  memoryStore({ now: () => new Date("2026-01-01T00:00:00.000Z"), newId: () => `record-${++made}` });

contextContract("context on the store in memory", () => openOn(newStore()));

describe("what a context costs", () => {
  const entry = (id: string, role: "user" | "assistant", turnId?: string): NewMessage => ({
    id,
    role,
    type: "message_text",
    content: id,
    timestamp: "2026-01-01T00:00:00.000Z",
    ...(turnId !== undefined && { turnId }),
  });

  /** A thread of 200 messages: `q0`, `a0`, `q1`, ... and the number of writes since. */
  const longThread = async () => {
    let writes = 0;
    const store = newStore();
    const counting: Store = {
      ...store,
      transaction: (steps) => {
        writes += 1;
        return store.transaction(steps);
      },
    };
    const { threads, context } = await openOn(counting);
    const threadId = await threads.createThread({ userId: "ada", title: "", model: "", systemPrompt: "" });
    const at = { userId: "ada", threadId };
    const turn = (index: number) => [
      entry(`q${index}`, "user"),
      entry(`a${index}`, "assistant", `t${index}`),
    ];
    await threads.addMessages(at, Array.from({ length: 100 }, (_, index) => turn(index)).flat());
    writes = 0;
    return { context, at, store, writes: () => writes };
  };

  test("a message that says what its entry says is not written, wherever it stands", async () => {
    const { context, at, store, writes } = await longThread();
    for (const index of [99, 90, 68, 67, 1, 0]) {
      await context.addMessage(at, { id: `q${index}`, role: "user", content: `q${index}` });
      await context.addMessage(at, { id: `a${index}`, role: "assistant", content: `a${index}` });
    }
    assert.equal(writes(), 0);
    assert.equal(await store.count({ userId: "ada", store: "contexts" }), 0);
  });

  test("any other message is one write", async () => {
    const { context, at, writes } = await longThread();
    await context.addMessage(at, { role: "user", content: "the first of a thread makes its record" });
    const before = writes();
    await context.addMessage(at, { role: "user", content: "x" });
    await context.addMessage(at, { id: "q3", role: "user", content: "rewritten" });
    assert.equal(writes() - before, 2);
    assert.equal((await context.getMessage({ ...at, messageId: "q3" }))?.content, "rewritten");
  });

  test("an answer longer than what is looked at first is not taken for another one", async () => {
    const { threads, context } = await openOn(newStore());
    const threadId = await threads.createThread({ userId: "ada", title: "", model: "", systemPrompt: "" });
    const at = { userId: "ada", threadId };
    const parts = Array.from({ length: 80 }, (_, index) => entry(`p${index};`, "assistant", "t"));
    await threads.addMessages(at, parts);
    const whole = parts.map(({ content }) => content).join("");
    assert.deepEqual(await context.getContext(at), [{ id: "p0;", role: "assistant", content: whole }]);
    const end = parts.slice(16).map(({ content }) => content);
    await context.addMessage(at, { id: "p16;", role: "assistant", content: end.join("") });
    assert.equal((await context.getMessage({ ...at, messageId: "p16;" }))?.content, end.join(""));
  });

  test("nothing is kept of a thread that was erased", async () => {
    const { context, at, store } = await longThread();
    await context.addMessage(at, { role: "user", content: "secret" });
    await store.delete({ userId: "ada", store: "threads", id: at.threadId });
    await assert.rejects(context.invalidateContext(at), { code: "thread_not_found" });
    assert.equal(await store.count({ userId: "ada", store: "contexts" }), 0);
  });
});
