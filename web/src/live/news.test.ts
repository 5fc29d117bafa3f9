import assert from "node:assert/strict";
import { test } from "node:test";
import { type FeedEvent, newsOf, nextFeedCursor } from "./news.ts";

const data = { thread_id: "t", timestamp: "2026-02-03T04:05:06.070Z" };
const ready: FeedEvent = { event: "ready", data: { cursor: 9 } };
const reload: FeedEvent = { event: "reload", data: { cursor: 9 } };

const read = (...events: FeedEvent[]) => {
  const { reload, roles, jobs, ...ids } = newsOf(events);
  return {
    reload,
    roles,
    jobs,
    ...Object.fromEntries(Object.entries(ids).map(([what, set]) => [what, [...set]])),
  };
};
const nothing = { reload: false, roles: false, jobs: false, threads: [], erased: [], ends: [], branched: [] };

test("a burst of news about one thread touches each thing once", () => {
  const turn = { ...data, turn_id: "u" };
  assert.deepEqual(
    read(
      { event: "thread_created", data },
      { event: "thread_messages", data },
      { event: "turn_started", data: turn },
      { event: "turn_ended", data: { ...turn, state: "done" } },
    ),
    { ...nothing, threads: ["t"], ends: ["t"] },
  );
});

test("a renamed thread has the messages it had, and a branch touches them all", () => {
  assert.deepEqual(read({ event: "thread_updated", data }), { ...nothing, threads: ["t"] });
  assert.deepEqual(
    read({ event: "thread_messages", data: { ...data, branched: true } }, { event: "thread_messages", data }),
    { ...nothing, branched: ["t"] },
  );
});

test("what becomes of jobs touches their lists alone: their turns tell the rest", () => {
  const job = { ...data, job_id: 7, state: "done" } as const;
  assert.deepEqual(read({ event: "job_started", data: job }, { event: "job_ended", data: job }), {
    ...nothing,
    jobs: true,
  });
});

test("a thread that was erased is not asked for", () => {
  assert.deepEqual(read({ event: "thread_updated", data }, { event: "thread_deleted", data }), {
    ...nothing,
    erased: ["t"],
  });
});

test("being told to reload is heard; being ready, and news of a newer server, touch nothing", () => {
  assert.equal(read(ready, reload).reload, true);
  assert.deepEqual(read(ready, { event: "hologram", data } as unknown as FeedEvent), nothing);
});

test("chat roles that changed are heard of, and no thread with them", () => {
  const changed: FeedEvent = { event: "roles_changed", data: { role_id: "r", timestamp: data.timestamp } };
  assert.deepEqual(read(changed, changed), { ...nothing, roles: true });
});

test("a second ready does not skip what was missed in between", () => {
  assert.equal(nextFeedCursor(undefined, { id: undefined, event: ready }), 9);
  assert.equal(nextFeedCursor(4, { id: 9, event: ready }), 4);
  assert.equal(nextFeedCursor(4, { id: 9, event: reload }), 9);
  assert.equal(nextFeedCursor(4, { id: 5, event: { event: "thread_updated", data } }), 5);
});
