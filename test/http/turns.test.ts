import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { TurnEvent } from "../../src/protocols/turn-event.ts";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { eventsIn, startTestServer, type TestServer, textOf, threadOf } from "../support/test-server.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

type Started = { thread_id: string; turn_id: string; message_id: string };

/** An upstream that says one word, then waits until it is let go. */
function held(first = "one ", rest = "two"): () => void {
  const gate = Promise.withResolvers<void>();
  server.upstream.script(() => ({
    steps: [
      { tokens: [first] },
      { wait: gate.promise },
      { tokens: [rest] },
      { finish: "stop" },
      { done: true },
    ],
  }));
  return gate.resolve;
}

async function start(
  form: Record<string, string> = { content: "Hello" },
  headers: Record<string, string> = {},
) {
  const init = { method: "POST", form, headers: { accept: "application/json", ...headers } };
  const response = await server.as("ada")("/api/v1/message", init);
  return { response, body: (await response.json()) as Started & { detail: string } };
}

/** Reads a stream event by event. */
async function* heard(response: Response): AsyncGenerator<{ id: number; event: TurnEvent }> {
  let rest = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    rest += chunk;
    for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
      const frame = rest.slice(0, end);
      rest = rest.slice(end + 2);
      const id = Number(/^id: (\d+)$/m.exec(frame)?.[1]);
      const data = /^data: (.*)$/m.exec(frame)?.[1];
      if (data) yield { id, event: JSON.parse(data) as TurnEvent };
    }
  }
}

const watch = (turn: string, after?: number, headers: Record<string, string> = {}) =>
  server.as("ada")(`/api/v1/turns/${turn}/events${after === undefined ? "" : `?after=${after}`}`, {
    headers,
  });

describe("a turn", () => {
  test("HEAD is answered at once, also where GET is a stream without an end", async () => {
    const release = held();
    const { body } = await start();
    const signal = AbortSignal.timeout(20_000);
    for (const path of [`/api/v1/turns/${body.turn_id}/events`, "/api/v1/events"]) {
      const { status, headers } = await server.as("ada")(path, { method: "HEAD", signal });
      assert.deepEqual([status, headers.get("content-type")], [200, "text/event-stream; charset=utf-8"]);
      // Over the same connection: the answer before it has ended.
      const metrics = await (await server.as(null)("/metrics", { signal })).text();
      assert.match(metrics, /^skeleton_open_streams 0$/m);
    }
    release();
  });

  test("goes on when nobody watches, and any number may watch it, from the start or from a cursor", async () => {
    const letGo = held();
    const { response, body } = await start();
    assert.equal(response.status, 202);
    const early = heard(await watch(body.turn_id));
    const first = await early.next();
    assert.deepEqual([first.value?.id, first.value?.event.event], [1, "thread_id"]);
    await early.next();
    await early.return(undefined); // the window is closed
    letGo();
    const all = await Array.fromAsync(heard(await watch(body.turn_id)));
    assert.deepEqual(
      all.map(({ id }) => id),
      all.map((_, index) => index + 1),
    );
    assert.equal(textOf(all.map(({ event }) => event)), "one two");
    const rest = await Array.fromAsync(heard(await watch(body.turn_id, 2)));
    assert.deepEqual(rest, all.slice(2));
    const byHeader = await Array.fromAsync(
      heard(await watch(body.turn_id, undefined, { "last-event-id": "2" })),
    );
    assert.deepEqual(byHeader, rest);
    const state = await server.as("ada").get<{ state: string }>(`/api/v1/turns/${body.turn_id}`);
    assert.equal(state.state, "done");
  });

  test("goes on when its own request breaks off", async () => {
    const letGo = held();
    const leave = new AbortController();
    const response = await server.as("ada")("/api/v1/message", {
      method: "POST",
      form: { content: "Hello" },
      signal: leave.signal,
    });
    const { value } = await heard(response).next();
    leave.abort();
    letGo();
    assert.equal(value?.event.event, "thread_id");
    const data: { turn_id?: string } = value?.event.event === "thread_id" ? value.event.data : {};
    assert.equal(textOf(eventsIn(await (await watch(data.turn_id ?? "")).text())), "one two");
  });

  test("has its thread to itself: a second message is told which turn runs", async () => {
    const letGo = held();
    const { body } = await start();
    const second = await start({ content: "Me too", thread_id: body.thread_id });
    assert.equal(second.response.status, 409);
    assert.deepEqual((second.body as unknown as { turn_id: string }).turn_id, body.turn_id);
    letGo();
    await (await watch(body.turn_id)).text();
  });

  test("is stopped by anybody of the account, upstream too, and what it said is kept", async () => {
    held("kept ");
    const { body } = await start();
    const watching = heard(await watch(body.turn_id));
    await watching.next();
    await watching.next();
    const stop = await server.as("ada")(`/api/v1/turns/${body.turn_id}/stop`, { method: "POST" });
    assert.equal(stop.status, 200);
    assert.equal(await server.upstream.requests.at(-1)?.closed, true);
    const last = (await Array.fromAsync(watching)).at(-1)?.event;
    assert.equal(last?.event === "stream_end" && last.data.interrupted, true);
    const rows = await server
      .as("ada")
      .get<Record<string, unknown>[]>(`/api/v1/threads/${body.thread_id}/messages?details=true`);
    assert.deepEqual([rows.at(-1)?.content, rows.at(-1)?.interrupted], ["kept ", true]);
    const thread = await server
      .as("ada")
      .get<{ running_turn: null; last_turn: { state: string; cut_by: string } }>(
        `/api/v1/threads/${body.thread_id}`,
      );
    const { state, cut_by } = thread.last_turn;
    assert.deepEqual([thread.running_turn, state, cut_by], [null, "interrupted", "reader"]);
  });

  test("of another user answers like a missing one", async () => {
    server.upstream.script(() => answer("ok"));
    const { body } = await start();
    for (const turn of [body.turn_id, "no-such-turn"]) {
      assert.equal((await server.as("bob")(`/api/v1/turns/${turn}`)).status, 404);
      assert.equal((await server.as("bob")(`/api/v1/turns/${turn}/events`)).status, 404);
      assert.equal((await server.as("bob")(`/api/v1/turns/${turn}/stop`, { method: "POST" })).status, 404);
    }
  });

  test("begins once for one Idempotency-Key", async () => {
    server.upstream.script(() => answer("ok"));
    const headers = { "idempotency-key": "once" };
    const [first, second] = await Promise.all([
      start({ content: "Hello" }, headers),
      start({ content: "Hello" }, headers),
    ]);
    assert.equal(first?.body.turn_id, second?.body.turn_id);
    const streamed = await server.as("ada")("/api/v1/message", {
      method: "POST",
      form: { content: "Hello" },
      headers,
    });
    assert.equal(threadOf(eventsIn(await streamed.text())), first?.body.thread_id);
    assert.equal((await start({ content: "Other" }, headers)).response.status, 422);
  });

  test("written under something older is refused, and told what is newest", async () => {
    server.upstream.script(() => answer("ok"));
    const { body } = await start();
    await (await watch(body.turn_id)).text();
    const stale = await start({ content: "More", thread_id: body.thread_id, parent_id: body.message_id });
    assert.equal(stale.response.status, 409);
    assert.equal((stale.body as unknown as { leaf: string }).leaf, `${body.turn_id}.0`);
  });

  test("with a cursor that was never given out is gone", async () => {
    server.upstream.script(() => answer("ok"));
    const { body } = await start();
    await (await watch(body.turn_id)).text();
    assert.equal((await watch(body.turn_id, 10_000)).status, 410);
  });
});

describe("the account's events", () => {
  type Feed = {
    events: { id: number; event: string; data: Record<string, string | true> }[];
    cursor: number;
  };
  const feed = (after?: number) =>
    server.as("ada")(`/api/v1/events${after === undefined ? "" : `?after=${after}`}`, {
      headers: { accept: "application/json" },
    });

  test("tell of threads and turns in order, to a list and to a stream alike", async () => {
    server.upstream.script(() => answer("ok"));
    const { cursor } = (await (await feed()).json()) as Feed;
    const stream = heard(await server.as("ada")(`/api/v1/events?after=${cursor}`));
    const ready = await stream.next();
    assert.deepEqual(ready.value?.event, { event: "ready", data: { cursor } });
    const { body } = await start();
    await (await watch(body.turn_id)).text();
    await server.as("ada")(`/api/v1/threads/${body.thread_id}`, { method: "POST", json: { title: "Named" } });
    await server.as("ada")(`/api/v1/threads/${body.thread_id}?permanent=true`, { method: "DELETE" });
    const { events } = (await (await feed(cursor)).json()) as Feed;
    assert.deepEqual(
      events.map(({ event }) => event),
      [
        "thread_created",
        "thread_messages",
        "turn_started",
        "thread_messages",
        "turn_ended",
        "thread_updated",
        "thread_deleted",
      ],
    );
    assert.ok(events.every(({ data }) => data.thread_id === body.thread_id));
    for (const { id, event } of events) {
      const { value } = await stream.next();
      assert.deepEqual([value?.id, value?.event.event], [id, event]);
    }
    await stream.return(undefined);
  });

  test("say when messages further up may have siblings, and not when a thread only grew", async () => {
    server.upstream.script(() => answer("ok"));
    const { body } = await start();
    await (await watch(body.turn_id)).text();
    const { cursor } = (await (await feed()).json()) as Feed;
    const branches = async () => {
      const { events } = (await (await feed(cursor)).json()) as Feed;
      return events.flatMap(({ event, data }) => (event === "thread_messages" ? [data.branched] : []));
    };
    await server.as("ada").say({ content: "and on", thread_id: body.thread_id });
    assert.deepEqual(await branches(), [undefined, undefined]);
    const path = `/api/v1/threads/${body.thread_id}/messages/${body.message_id}`;
    await (await server.as("ada")(`${path}/regenerate`, { method: "POST", json: {} })).text();
    await (await server.as("ada")(`${path}/edit`, { method: "POST", json: { content: "else" } })).text();
    // Of each: what is asked or made active, and what is answered.
    assert.deepEqual((await branches()).slice(2), [undefined, true, true, undefined]);
  });

  test("are each account's own", async () => {
    server.upstream.script(() => answer("ok"));
    const { cursor } = (await (await feed()).json()) as Feed;
    await server.as("bob").say({ content: "private" });
    assert.deepEqual(((await (await feed(cursor)).json()) as Feed).events, []);
  });

  test("tell a reader with a cursor from before to load everything again", async () => {
    assert.equal((await feed(5)).status, 410);
    const stream = heard(await server.as("ada")("/api/v1/events?after=5"));
    assert.equal((await stream.next()).value?.event.event as string, "reload");
    await stream.return(undefined);
  });
});
