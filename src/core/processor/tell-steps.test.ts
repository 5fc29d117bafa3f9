import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { noting, openProcessor, word } from "../../../test/support/scripted-processor.ts";
import { handEach, handOver, type Take } from "../../lib/hand-over.ts";
import type { FunctionPlugin } from "../../protocols/function-plugin.ts";
import type { ModelEvent } from "../../protocols/model.ts";
import type { TurnEvent } from "../../protocols/turn-event.ts";
import { foldTurn } from "../../turns/fold-turn.ts";
import { countSegments } from "./segments.ts";
import { type Step, tellSteps } from "./tell-steps.ts";

type Batch = readonly ModelEvent[];

/** A speech that can only be handed over: whoever iterates it fails. */
const handedOnly = (batches: readonly Batch[]) => {
  const iterator = {
    [Symbol.asyncIterator]: () => iterator,
    next: () => Promise.reject(new Error("It was iterated.")),
    async [handOver](take: Take<Batch>) {
      for (const batch of batches) await take(batch);
    },
  };
  return iterator;
};

test("an answer is handed over, batch by batch, whatever hooks there are beside filters", async () => {
  const { model } = noting();
  model.generate = () => handedOnly([[word("a")], [word("b"), word("c")]]);
  const functions = Array.from(
    { length: 20 },
    (_, n): FunctionPlugin => ({
      name: `f${n}`,
      preCall: () => undefined,
      postCall: () => undefined,
    }),
  );
  const { processor, turn } = await openProcessor({ model, functions });
  const sizes: number[] = [];
  const batches = processor.processMessage(turn, new AbortController().signal);
  await handEach(batches, (events) => void sizes.push(events.length));
  assert.deepEqual(sizes, [1, 2]);
});

const line = (content: string): TurnEvent => ({
  event: "tool_update",
  data: { call_id: "", content, timestamp: "" },
});
const told = (batch: Batch): readonly TurnEvent[] =>
  batch.flatMap((event) => (event.event === "message_tokens" ? [line(event.data.content)] : []));
const speech = async function* (...batches: readonly Batch[]) {
  yield* batches;
};
const contents = (batches: readonly (readonly TurnEvent[])[]) =>
  batches.map((events) => events.map(({ data }) => "content" in data && data.content));

describe("the steps of a turn", () => {
  const steps = async function* (): AsyncGenerator<Step, void> {
    yield [line("before")];
    yield [];
    yield { batches: speech([word("a"), word("b")], [], [word("c")]), translate: told };
    yield [line("between")];
    try {
      yield {
        batches: (async function* (): AsyncGenerator<Batch> {
          yield [word("d")];
          throw new Error("broke off");
        })(),
        translate: told,
      };
    } catch (error) {
      yield [line((error as Error).message)];
    }
  };
  const all = [["before"], ["a", "b"], ["c"], ["between"], ["d"], ["broke off"]];

  test("are one stream of batches, be they iterated or handed over; each is heard first", async () => {
    const heard: (readonly TurnEvent[])[] = [];
    const iterated = await Array.fromAsync(tellSteps(steps(), (events) => heard.push(events)));
    assert.deepEqual(contents(iterated), all);
    assert.deepEqual(heard, iterated);
    const handed: (readonly TurnEvent[])[] = [];
    await handEach(
      tellSteps(steps(), () => {}),
      (events) => handed.push(events),
    );
    assert.deepEqual(contents(handed), all);
  });

  test("can be handed over from the middle of a speech", async () => {
    const stream = tellSteps(steps(), () => {});
    const first = [await stream.next(), await stream.next()].map(({ value }) => value ?? []);
    const rest: (readonly TurnEvent[])[] = [];
    await handEach(stream, (events) => rest.push(events));
    assert.deepEqual(contents([...first, ...rest]), all);
  });

  test("what the taker throws comes out, and what is left is left", async () => {
    let left = false;
    const stream = tellSteps(
      (async function* (): AsyncGenerator<Step, void> {
        try {
          yield { batches: speech([word("a")], [word("b")]), translate: told };
        } finally {
          left = true;
        }
      })(),
      () => {},
    );
    const handing = handEach(stream, () => {
      throw new Error("the disk is full");
    });
    await assert.rejects(handing, /the disk is full/);
    assert.ok(left);
  });

  test("who leaves early leaves the speech and the steps", async () => {
    const left: string[] = [];
    const stream = tellSteps(
      (async function* (): AsyncGenerator<Step, void> {
        try {
          yield {
            batches: (async function* (): AsyncGenerator<Batch> {
              try {
                yield [word("a")];
                yield [word("b")];
              } finally {
                left.push("speech");
              }
            })(),
            translate: told,
          };
        } finally {
          left.push("steps");
        }
      })(),
      () => {},
    );
    for await (const _ of stream) break;
    assert.deepEqual(left, ["speech", "steps"]);
  });
});

test("segments are counted as the history will have them", () => {
  const timestamp = "";
  const tokens = (event: "message_tokens" | "thinking_tokens") =>
    fc.record({
      event: fc.constant(event),
      data: fc.record({
        content: fc.constantFrom("", "a"),
        model: fc.constantFrom("m", "n"),
        timestamp: fc.constant(timestamp),
      }),
    });
  const others: readonly TurnEvent[] = [
    line("a line"),
    { event: "tool_call", data: { call_id: "c", name: "sum", arguments: "", timestamp } },
    { event: "usage", data: { model: "m", timestamp } },
  ];
  const event: fc.Arbitrary<TurnEvent> = fc.oneof(
    tokens("message_tokens"),
    tokens("thinking_tokens"),
    fc.constantFrom(...others),
  );
  fc.assert(
    fc.property(fc.array(fc.array(event)), (batches) => {
      const segments = countSegments();
      for (const batch of batches) segments.hear(batch);
      const roles = foldTurn(batches.flat()).segments.map(({ role }) => role);
      assert.deepEqual(segments.voices, roles);
    }),
  );
});
