import { inSentences } from "../../lib/in-sentences.ts";
import type { BusBatch } from "../../protocols/bus.ts";
import type { ModelEvent } from "../../protocols/model.ts";
import { type Answer, chunk, doneFrame, frame, textChunks } from "./chunk.ts";
import { type Asked, wireCall } from "./completion.ts";

/**
 * An answer as chunks, each a text of its own. What fails before the first of them is thrown; later it is an event, and
 * the stream ends.
 */
export async function chunksOf(
  asked: Asked,
  now: Date,
  signal: AbortSignal,
): Promise<AsyncIterable<BusBatch>> {
  const reading = asked.batches[Symbol.asyncIterator]();
  return chunks(asked, now, { reading, first: await reading.next() }, signal);
}

async function* chunks(
  { id, model }: Asked,
  now: Date,
  begun: { readonly reading: AsyncIterator<Events>; readonly first: IteratorResult<Events> },
  signal: AbortSignal,
): AsyncGenerator<BusBatch, void> {
  const toFrames = framesOf({ id, model, created: Math.floor(now.getTime() / 1000) });
  const batch = (data: readonly string[]): BusBatch => ({ firstId: 0, data }); // nobody comes back to it with a cursor
  const { reading, first } = begun;
  try {
    for (let read = first; read.done !== true; read = await reading.next())
      yield batch(read.value.flatMap((event) => [...toFrames(event)]));
  } catch (error) {
    if (signal.aborted) return;
    const thrown = error as { message: string; hint?: string; code?: string };
    const { code } = thrown;
    const told = code?.startsWith("upstream_") ? inSentences(thrown) : "The answer broke off.";
    yield batch([frame({ error: { message: told, code } })]);
  } finally {
    await reading.return?.();
  }
  yield batch([doneFrame]);
}

type Events = readonly ModelEvent[];

function framesOf(answer: Answer): (event: ModelEvent) => Iterable<string> {
  let calls = 0; // clients put a call together by its index
  return function* ({ event, data }) {
    if (event === "message_tokens") yield* textChunks(answer, "content", data.content);
    else if (event === "thinking_tokens") yield* textChunks(answer, "reasoning_content", data.content);
    else if (event === "tool_call") yield chunk(answer, { tool_calls: [wireCall(data, calls++)] });
    else if (event === "finish") yield chunk(answer, {}, data.reason);
    else if (event === "usage")
      yield frame({ ...answer, object: "chat.completion.chunk", choices: [], usage: data });
  };
}
