import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { InfiniteQueryObserver, QueryClient, QueryObserver } from "@tanstack/react-query";
import { until } from "../../../src/testkit/until.ts";
import type { MessagesPage } from "../api/calls.ts";
import { getMessages, getThread, getThreads, messagesBefore, newestMessages } from "../api/calls.ts";
import { entriesIn, type MessagePages, pageAbove } from "../api/message-pages.ts";
import { queryKeys } from "../api/query-keys.ts";
import { type Pages, threadsIn } from "../threads/thread-lists.ts";
import { answerNews } from "./answer-news.ts";
import type { FeedEvent } from "./news.ts";

const timestamp = "2026-02-03T04:05:06.070Z";
const data = { thread_id: "t", timestamp };

/** What a call listens to: whether its reader comes back. */
function aWindow(t: TestContext) {
  const [nothing, document] = [() => {}, Object.assign(new EventTarget(), { visibilityState: "visible" })];
  const parts = { document, addEventListener: nothing, removeEventListener: nothing };
  Object.assign(globalThis, parts);
  t.after(() => {
    for (const name of Object.keys(parts)) Reflect.deleteProperty(globalThis, name);
  });
}

/** A server of one's own: what it holds is changed by the test, and an answer can be held back. */
function scriptedServer(t: TestContext) {
  const asked: string[] = [];
  const state = {
    title: "as it was",
    messages: Array.from({ length: 100 }, (_, index) => `m${index}`),
    hold: undefined as ((path: string) => Promise<void> | undefined) | undefined,
    down: false,
  };
  const row = (id: string) => ({
    ...{ id, title: id === "t" ? state.title : id, created: id, updated: id, model: "", system_prompt: "" },
    ...{ archived: false, pinned: false, settings: {}, running_turn: null, last_turn: null },
  });
  const answerTo = (path: string): unknown => {
    const { pathname, searchParams } = new URL(path, "http://server");
    if (pathname === "/api/v1/threads")
      return searchParams.get("pinned") === "true" ? [] : ["u", "t"].map(row);
    if (!pathname.endsWith("/messages")) return row("t");
    const before = searchParams.get("before");
    const end = before === null ? state.messages.length : state.messages.indexOf(before);
    const from = Math.max(0, end - Number(searchParams.get("limit")));
    return state.messages.slice(from, end).map((id, index) => {
      const at = from + index;
      return { id, parent_id: at === 0 ? null : state.messages[at - 1] };
    });
  };
  t.mock.method(globalThis, "fetch", async (relative: string) => {
    const path = relative.replace(/^\./, ""); // from the page, which stands at the server's root
    asked.push(path);
    if (state.down) return Response.json({ detail: "down" }, { status: 400 });
    const answer = answerTo(path); // as things stand now, however late it comes
    await state.hold?.(path);
    return Response.json(answer);
  });
  return { asked, state };
}

/** A window with a thread open, all of it loaded in two pages, and its list. */
async function openWindow(t: TestContext) {
  aWindow(t);
  const server = scriptedServer(t);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
  const messages = new InfiniteQueryObserver(client, {
    queryKey: queryKeys.newestMessages("t"),
    queryFn: ({ pageParam }) => getMessages("t", pageParam as MessagesPage),
    initialPageParam: newestMessages,
    getNextPageParam: (_page, pages) => pageAbove(pages),
  });
  const list = new InfiniteQueryObserver(client, {
    queryKey: queryKeys.threadList("recent"),
    queryFn: async ({ signal }) => ({ rows: await getThreads("recent", undefined, signal), next: undefined }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: () => undefined,
  });
  const thread = new QueryObserver(client, {
    queryKey: queryKeys.thread("t"),
    queryFn: () => getThread("t"),
  });
  for (const observer of [messages, list, thread]) t.after(observer.subscribe(() => {}));
  /** Answers come in a few turns of the event loop, unless they are held back. */
  const settled = async () => {
    let calm = 0;
    await until("nothing more is asked for", () => {
      calm = client.isFetching() > 0 ? 0 : calm + 1;
      return calm === 5;
    });
  };
  await settled();
  await messages.fetchNextPage();
  server.asked.length = 0;
  const known = () => entriesIn(client.getQueryData<MessagePages>(queryKeys.newestMessages("t")));
  return {
    ...{ ...server, client, settled, list },
    ids: () => known().map(({ id }) => id),
    titles: () =>
      threadsIn(client.getQueryData<Pages>(queryKeys.threadList("recent"))).map(({ title }) => title),
    hear: async (...events: FeedEvent[]) => {
      answerNews(client, events);
      await settled();
    },
  };
}

const messagesPath = "/api/v1/threads/t/messages?details=true&limit=40";
const above = `/api/v1/threads/t/messages?details=true&limit=${messagesBefore("").limit}&before=m60`;

test("news of one thread load its row and the end of its messages, and nothing else", async (t) => {
  const { state, asked, hear, titles, ids } = await openWindow(t);
  state.title = "renamed";
  await hear({ event: "thread_updated", data });
  assert.deepEqual([asked.splice(0), titles()], [["/api/v1/threads/t"], ["u", "renamed"]]);
  state.messages.push("m100", "m101");
  await hear({ event: "thread_messages", data });
  assert.deepEqual(asked.splice(0), [messagesPath]);
  assert.deepEqual(ids(), state.messages);
  await hear({ event: "thread_deleted", data: { ...data, thread_id: "u" } });
  assert.deepEqual([asked, titles()], [[], ["renamed"]]);
});

test("another branch than was known, and one that began further up, load all pages again", async (t) => {
  const { state, asked, hear, ids } = await openWindow(t);
  state.messages = state.messages.map((id) => (id === "m0" ? id : `${id}b`));
  await hear({ event: "thread_messages", data });
  assert.deepEqual([asked.splice(0).length, ids()], [3, state.messages]); // one look, then both pages
  await hear({ event: "thread_messages", data: { ...data, branched: true } });
  assert.deepEqual(asked.splice(0), [messagesPath, above.replace("m60", "m60b")]);
});

test("what was on its way before the news came does not write over them", async (t) => {
  const { state, hear, list, titles, settled } = await openWindow(t);
  const late = Promise.withResolvers<void>();
  state.hold = (path) => (path.includes("threads?") ? late.promise : undefined);
  void list.refetch();
  await new Promise((resolve) => setImmediate(resolve)); // it has read the old title
  state.title = "renamed";
  const heard = hear({ event: "thread_updated", data });
  await new Promise((resolve) => setImmediate(resolve));
  late.resolve();
  await heard;
  await settled();
  assert.deepEqual(titles(), ["u", "renamed"]);
});

test("news that cannot be followed up have what they touch loaded again, and a reload everything", async (t) => {
  const { state, asked, hear, client } = await openWindow(t);
  state.down = true;
  await hear({ event: "thread_updated", data }, { event: "thread_messages", data });
  for (const key of [queryKeys.threadList("recent"), queryKeys.thread("t"), queryKeys.newestMessages("t")]) {
    assert.equal(client.getQueryState(key)?.status, "error"); // which the page shows, with a way to try again
  }
  state.down = false;
  asked.length = 0;
  await hear({ event: "reload", data: { cursor: 9 } });
  assert.deepEqual(
    asked.toSorted(),
    [
      "/api/v1/threads/t",
      messagesPath,
      above,
      "/api/v1/threads?pinned=false&details=true&limit=50",
    ].toSorted(),
  );
});
