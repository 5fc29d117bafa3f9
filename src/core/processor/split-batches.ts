import type { ModelEvent } from "../../protocols/model.ts";
import { type Piece, splitMarks } from "./step-marks.ts";

type Batch = readonly ModelEvent[];
type Tokens = Extract<ModelEvent, { readonly event: "message_tokens" }>;

/**
 * What a model says without the marks of its steps: batches, and in between the numbers of the steps that begin there.
 * What the model throws is thrown once all it said was handed on.
 * @param steps how many there are.
 */
export async function* splitBatches(
  batches: AsyncIterable<Batch>,
  steps: number,
): AsyncGenerator<Batch | number, void> {
  const splitter = splitMarks(steps);
  let last: Tokens | undefined;
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const batch of batches) {
      const said: (ModelEvent | number)[] = [];
      for (const event of batch) {
        if (event.event === "message_tokens") {
          last = event;
          said.push(...eventsOf(splitter.push(event.data.content), event));
          continue;
        }
        // Counting does not end a line, and some upstreams count after every token.
        if (last !== undefined && event.event !== "usage" && event.event !== "finish")
          said.push(...eventsOf(splitter.end(), last));
        said.push(event);
      }
      yield* grouped(said);
    }
  } catch (error) {
    failure = { error };
  }
  if (last !== undefined) yield* grouped(eventsOf(splitter.end(), last));
  if (failure !== undefined) throw failure.error;
}

const eventsOf = (pieces: readonly Piece[], { event, data }: Tokens): readonly (ModelEvent | number)[] =>
  pieces
    .filter((piece) => piece !== "")
    .map((piece) => (typeof piece === "number" ? piece : { event, data: { ...data, content: piece } }));

/** Neighbouring events as one batch. */
function* grouped(said: readonly (ModelEvent | number)[]): Generator<Batch | number, void> {
  let batch: ModelEvent[] = [];
  for (const item of said) {
    if (typeof item !== "number") {
      batch.push(item);
      continue;
    }
    if (batch.length > 0) yield batch;
    batch = [];
    yield item;
  }
  if (batch.length > 0) yield batch;
}
