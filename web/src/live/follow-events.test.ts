import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../api/api-error.ts";
import { backoffMs, type Connection, followEvents } from "./follow-events.ts";

type Said = { readonly say: string };
type Answer = { readonly lines: readonly string[]; readonly breaks?: boolean } | Error;

/** A server that gives these answers, one a connection, and fails loudly when asked for more. */
function scripted(answers: readonly Answer[]) {
  const rest = [...answers];
  const paths: string[] = [];
  const open = async (path: string) => {
    paths.push(path);
    const answer = rest.shift();
    if (answer === undefined) throw new Error(`not scripted: ${path}`);
    if (answer instanceof Error) throw answer;
    return new ReadableStream<Uint8Array>({
      start(stream) {
        stream.enqueue(new TextEncoder().encode(answer.lines.join("")));
        if (!answer.breaks) stream.close();
      },
      pull(stream) {
        if (answer.breaks) stream.error(new TypeError("network error"));
      },
    });
  };
  return { open, paths };
}

const line = (id: number, say: string) => `id: ${id}\ndata: {"say":"${say}"}\n\n`;

async function follow(answers: readonly Answer[]) {
  const { open, paths } = scripted(answers);
  const heard: string[] = [];
  const waits: number[] = [];
  const connections: Connection[] = [];
  await followEvents<Said>({
    path: "/events",
    signal: new AbortController().signal,
    open,
    wait: async (ms) => void waits.push(ms),
    chance: () => 0,
    onEvents: (events) => heard.push(...events.map(({ say }) => say)),
    onConnection: (connection) => connections.push(connection),
    isLast: ({ say }) => say === "end",
  });
  return { heard, paths, waits, connections };
}

test("a stream that breaks off is gone on with after the last event seen", async () => {
  const { heard, paths, connections } = await follow([
    { lines: [line(1, "a"), line(2, "b")], breaks: true },
    { lines: [line(3, "c"), line(4, "end")] },
  ]);
  assert.deepEqual(heard, ["a", "b", "c", "end"]);
  assert.deepEqual(paths, ["/events", "/events?after=2"]);
  assert.deepEqual(connections, ["connecting", "open", "reconnecting", "open"]);
});

test("a stream that ends without its last event is no end", async () => {
  const { paths } = await follow([{ lines: [line(1, "a")] }, { lines: [line(2, "end")] }]);
  assert.equal(paths.length, 2);
});

test("it waits longer each time nothing comes, and starts afresh once something did", async () => {
  const down = new ApiError(0, "The server cannot be reached.");
  const { waits } = await follow([down, down, { lines: [line(1, "a")] }, { lines: [line(2, "end")] }]);
  assert.deepEqual(waits, [300, 600, 300]);
  assert.equal(backoffMs(50, 0), 10_000);
});

test("windows that lost the server together come back apart", () => {
  assert.deepEqual(
    [0, 0.5, 1].map((chance) => backoffMs(1, chance)),
    [600, 450, 300],
  );
});

test("a refusal for good is not repeated", async () => {
  await assert.rejects(follow([new ApiError(410, "The log is gone.")]), { status: 410 });
  await assert.rejects(follow([new ApiError(401, "Sign in.")]), { status: 401 });
});

test("it ends quietly when its reader leaves", async () => {
  const leaving = new AbortController();
  const { open } = scripted([{ lines: [line(1, "a")] }]);
  await followEvents<Said>({
    path: "/events",
    signal: leaving.signal,
    open,
    wait: () => Promise.reject(new Error("nobody is there to wait")),
    onEvents: () => leaving.abort(),
  });
});
