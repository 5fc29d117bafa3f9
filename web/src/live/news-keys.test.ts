import assert from "node:assert/strict";
import { test } from "node:test";
import { type FeedEvent, newsKeys, nextFeedCursor } from "./news-keys.ts";

const data = { thread_id: "t", timestamp: "2026-02-03T04:05:06.070Z" };
const ready: FeedEvent = { event: "ready", data: { cursor: 9 } };
const reload: FeedEvent = { event: "reload", data: { cursor: 9 } };

test("a burst of news about one thread loads each thing once", () => {
  const keys = newsKeys([
    { event: "thread_created", data },
    { event: "thread_messages", data },
    { event: "turn_started", data: { ...data, turn_id: "u" } },
  ]);
  assert.deepEqual(keys, [["threads"], ["thread", "t"], ["messages", "t"]]);
});

test("being told to reload loads everything that news can change", () => {
  const all = [["threads"], ["thread"], ["messages"], ["search"], ["models"], ["prompts"]];
  assert.deepEqual(newsKeys([reload]), all);
});

test("being ready, and news of a newer server, load nothing", () => {
  assert.deepEqual(newsKeys([ready, { event: "hologram", data } as unknown as FeedEvent]), []);
});

test("a second ready does not skip what was missed in between", () => {
  assert.equal(nextFeedCursor(undefined, { id: undefined, event: ready }), 9);
  assert.equal(nextFeedCursor(4, { id: 9, event: ready }), 4);
  assert.equal(nextFeedCursor(4, { id: 9, event: reload }), 9);
  assert.equal(nextFeedCursor(4, { id: 5, event: { event: "thread_updated", data } }), 5);
});
