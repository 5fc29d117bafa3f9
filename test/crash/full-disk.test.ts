import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnEvent } from "../../src/protocols/turn-event.ts";
import { type Api, type Begun, type Entry, Refused } from "./api.ts";
import { addPlugin } from "./data-folder.ts";
import { mountSmallDisk, pretendSmallDisk } from "./small-disk.ts";
import { withServer } from "./with-server.ts";
import { answerTo, question } from "./wordy-upstream.ts";

const padding = "x".repeat(20_000);

/** Says things until the server cannot take one more. */
async function sayUntilFull(
  api: Api,
): Promise<{ readonly taken: readonly Begun[]; readonly refusal: Refused }> {
  const taken: Begun[] = [];
  while (taken.length < 500) {
    const content = `${question(`full${taken.length}`, 1, 0)} ${padding}`;
    try {
      taken.push(await api.begin("/api/v1/message", { content }));
    } catch (error) {
      if (error instanceof Refused) return { taken, refusal: error };
      throw error;
    }
  }
  return assert.fail("the disk never became full");
}

const entriesOf = (api: Api, threadId: string) =>
  api.get<readonly Entry[]>(`/api/v1/threads/${threadId}/messages?details=true`);

test("a full disk is told, and loses nothing that was acknowledged", async (t) => {
  const mounted = mountSmallDisk(8);
  const disk = mounted ?? pretendSmallDisk();
  t.diagnostic(mounted ? "on a file system of 8 MB" : "mounting is not allowed here: the store pretends");
  const prepare = (folder: string) => {
    if (!mounted) addPlugin(folder, "full-store.ts", "fullStorePlugin");
  };
  try {
    await withServer(
      async ({ api, server, startAgain }) => {
        const spoken = question("long", 80, 10);
        const running = api.stream("/api/v1/message", { content: spoken });
        const first = (await running.next()).value as TurnEvent;
        const threadId = first.event === "thread_id" ? first.data.thread_id : assert.fail("no thread_id");

        // Only once it speaks: what a server makes on its first turn is made before.
        for (let event = first; event.event !== "message_tokens"; )
          event = (await running.next()).value as TurnEvent;

        disk.fill();
        const { taken, refusal } = await sayUntilFull(api);
        assert.ok(refusal.status >= 500, refusal.message);
        assert.match(refusal.detail, /disk is full/i);

        const events: TurnEvent[] = [];
        for await (const event of running) {
          events.push(event);
          if (event.event === "error") disk.free(); // it was told: the turn waits until it can be saved
        }
        disk.free();
        const told = events.filter((event) => event.event === "error");
        assert.match(told[0]?.data.message ?? "", /disk is full/i);
        assert.equal(events.at(-1)?.event, "stream_end");

        await server.kill();
        const again = await startAgain();
        const entries = await entriesOf(again, threadId);
        assert.equal(entries[0]?.content, spoken);
        assert.equal(entries[1]?.content, answerTo(spoken));
        for (const { thread_id, message_id } of taken)
          assert.equal((await entriesOf(again, thread_id))[0]?.id, message_id);
        await again.begin("/api/v1/message", { content: question("after", 1, 0), thread_id: threadId });
      },
      { path: disk.path, prepare },
    );
  } finally {
    disk.remove();
  }
});
