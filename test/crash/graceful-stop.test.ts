import assert from "node:assert/strict";
import { test } from "node:test";
import type { Api, Entry } from "./api.ts";
import { withServer } from "./with-server.ts";
import { answerTo, question } from "./wordy-upstream.ts";

/** What `docs` promise, for the exit of the process. */
const limitMs = 10_000;

const entriesOf = (api: Api, threadId: string) =>
  api.get<readonly Entry[]>(`/api/v1/threads/${threadId}/messages?details=true`);

test("SIGTERM lets a turn that is nearly done end", async () => {
  await withServer(async ({ api, server, startAgain }) => {
    const content = question("short", 40, 15);
    const { thread_id: threadId } = await api.begin("/api/v1/message", { content });
    const { code, ms } = await server.stop();
    assert.equal(code, 0, server.output());
    assert.ok(ms < limitMs, `${Math.round(ms)} ms`);
    const entries = await entriesOf(await startAgain(), threadId);
    assert.equal(entries[1]?.content, answerTo(content));
    assert.equal(entries[1]?.interrupted, undefined);
  });
});

test("SIGTERM cuts a long turn, and keeps what it said, marked", async () => {
  await withServer(async ({ api, server, startAgain }) => {
    const content = question("endless", 5_000, 10);
    const events = api.stream("/api/v1/message", { content });
    const first = (await events.next()).value;
    const threadId = first?.event === "thread_id" ? first.data.thread_id : assert.fail("no thread_id");
    const seen: string[] = [];
    const watching = (async () => {
      let last = "";
      for await (const event of events) {
        last = event.event;
        if (event.event === "message_tokens") seen.push(event.data.content);
      }
      return last;
    })();
    const { code, ms } = await server.stop();
    assert.equal(code, 0, server.output());
    assert.ok(ms < limitMs, `${Math.round(ms)} ms`);
    assert.equal(await watching, "stream_end", "readers are told");
    const [, said] = await entriesOf(await startAgain(), threadId);
    assert.ok(seen.length > 10);
    assert.equal(said?.content, seen.join(""));
    assert.equal(said?.interrupted, true);
  });
});
