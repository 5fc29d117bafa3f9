import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../api/api-error.ts";
import type { EventList } from "../api/wire.ts";
import type { FeedEvent } from "./news.ts";
import { pollEvents } from "./poll-events.ts";

const data = { thread_id: "t", timestamp: "2026-02-03T04:05:06.070Z" };
const news = (id: number): EventList => ({ events: [{ id, event: "thread_updated", data }], cursor: id });
const none = (cursor: number): EventList => ({ events: [], cursor });

/** Asks as often as there are answers. */
async function poll(after: number | undefined, answers: readonly (EventList | Error)[]) {
  const rest = [...answers];
  const leaving = new AbortController();
  const asked: (number | undefined)[] = [];
  const heard: FeedEvent["event"][] = [];
  await pollEvents({
    after,
    signal: leaving.signal,
    wait: async () => {
      if (rest.length === 0) leaving.abort();
    },
    get: async (cursor) => {
      asked.push(cursor);
      const answer = rest.shift();
      if (answer === undefined || answer instanceof Error) throw answer;
      return answer;
    },
    onEvents: (events) => heard.push(...events.map(({ event }) => event)),
  });
  return { asked, heard };
}

test("news are asked for after the last one that was heard, and silence is no news", async () => {
  const { asked, heard } = await poll(4, [none(4), news(5), none(5)]);
  assert.deepEqual(asked, [4, 4, 5]);
  assert.deepEqual(heard, ["thread_updated"]);
});

test("a server that is away is asked again", async () => {
  const { asked, heard } = await poll(4, [new ApiError(0, "The server cannot be reached."), news(5)]);
  assert.deepEqual(asked, [4, 4]);
  assert.deepEqual(heard, ["thread_updated"]);
});

test("a server that has forgotten what was heard last has everything loaded again", async () => {
  const { asked, heard } = await poll(4, [new ApiError(410, "Too old."), none(90), news(91)]);
  assert.deepEqual(asked, [4, undefined, 90]);
  assert.deepEqual(heard, ["reload", "thread_updated"]);
});

test("a session that has ended is told", async () => {
  await assert.rejects(poll(4, [new ApiError(401, "Sign in.")]), { status: 401 });
});
