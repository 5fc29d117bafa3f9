import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readEvents, type ServerEvent } from "./read-events.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function read(chunks: readonly Uint8Array[]): Promise<readonly ServerEvent<unknown>[]> {
  const body = new ReadableStream<Uint8Array>({
    start(stream) {
      for (const chunk of chunks) stream.enqueue(chunk);
      stream.close();
    },
  });
  const all: ServerEvent<unknown>[] = [];
  for await (const batch of readEvents(body)) all.push(...batch);
  return all;
}

test("events come with their numbers; comments and what is no JSON are skipped", async () => {
  const events = await read([bytes(': \n\nid: 7\ndata: {"a":1}\n\ndata: oops\n\nid: 8\ndata: {"a":2}\n\n')]);
  assert.deepEqual(events, [
    { id: 7, event: { a: 1 } },
    { id: 8, event: { a: 2 } },
  ]);
});

test("it does not matter where the network cuts the stream, not even inside a letter", async () => {
  const whole = bytes('id: 1\ndata: {"text":"ä 日本 🦴"}\n\nid: 2\ndata: {"text":"b"}\n\n');
  const expected = await read([whole]);
  assert.equal(expected.length, 2);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: whole.length })), async (cuts) => {
      const edges = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
      const chunks = edges.slice(1).map((end, index) => whole.slice(edges[index], end));
      assert.deepEqual(await read(chunks), expected);
    }),
  );
});

test("events of one read are one batch", async () => {
  const body = new ReadableStream<Uint8Array>({
    start(stream) {
      stream.enqueue(bytes("data: 1\n\ndata: 2\n\n"));
      stream.enqueue(bytes("data: 3\n\n"));
      stream.close();
    },
  });
  const sizes: number[] = [];
  for await (const batch of readEvents(body)) sizes.push(batch.length);
  assert.deepEqual(sizes, [2, 1]);
});
