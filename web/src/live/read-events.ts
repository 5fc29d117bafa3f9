import { createParser } from "eventsource-parser";

/** A line of an event stream: its number and what it says. */
export type ServerEvent<Event> = { readonly id: number | undefined; readonly event: Event };

/**
 * The events of a stream, in batches: one array for one network read. Comments and what is no JSON are skipped.
 * Ends with the stream; throws what the stream throws.
 */
export async function* readEvents<Event>(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<readonly ServerEvent<Event>[]> {
  let batch: ServerEvent<Event>[] = [];
  const parser = createParser({
    onEvent({ data, id }) {
      const event = parsed(data);
      if (event !== undefined) batch.push({ id: numberOf(id), event: event as Event });
    },
  });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      if (batch.length === 0) continue;
      yield batch;
      batch = [];
    }
  } finally {
    await reader.cancel().catch(() => undefined); // it may be broken already
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function numberOf(id: string | undefined): number | undefined {
  return id !== undefined && /^\d+$/.test(id) ? Number(id) : undefined;
}
