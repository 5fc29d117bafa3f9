import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { MessageProcessor, Turn } from "../protocols/message-processor.ts";
import type { Model } from "../protocols/model.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";

/** A processor on a thread that holds one message of a user, answered by the given model. */
export type ProcessorBench = { readonly processor: MessageProcessor; readonly turn: Turn };

const timestamped = (events: readonly TurnEvent[]) =>
  events.every(({ data }) => !Number.isNaN(Date.parse(data.timestamp ?? "")));

/** What every `MessageProcessor` does. `open` gives a fresh one on a fresh thread, asking this model. */
export const messageProcessorContract = (name: string, open: (model: Model) => Promise<ProcessorBench>) =>
  describe(name, () => {
    const hear = async ({ processor, turn }: ProcessorBench, signal = new AbortController().signal) =>
      Array.fromAsync(processor.processMessage(turn, signal));
    const saying = (generate: Model["generate"]): Model => ({ listModels: async () => ["m"], generate });
    const word = (content: string) => ({ event: "message_tokens", data: { content, model: "m" } }) as const;

    test("says what the model says, batch by batch, and neither `thread_id` nor `stream_end`", async () => {
      const bench = await open(
        saying(async function* () {
          yield [{ event: "thinking_tokens", data: { content: "hm", model: "m" } }, word("a")];
          yield [word("b"), word("c")];
          yield [{ event: "usage", data: { completion_tokens: 4 } }];
          yield [{ event: "finish", data: { reason: "stop", model: "m" } }];
        }),
      );
      const batches = await hear(bench);
      const events = batches.flat();
      assert.deepEqual(
        events
          .filter(({ event }) => event.endsWith("_tokens"))
          .map(({ event, data }) => [event, "content" in data && data.content]),
        [
          ["thinking_tokens", "hm"],
          ["message_tokens", "a"],
          ["message_tokens", "b"],
          ["message_tokens", "c"],
        ],
      );
      assert.ok(batches.every((batch) => batch.length > 0));
      assert.ok(
        batches.some((batch) => batch.length === 2),
        "tokens that came together stay together",
      );
      assert.ok(events.some(({ event }) => event === "usage"));
      assert.ok(!events.some(({ event }) => event === "thread_id" || event === "stream_end"));
      assert.ok(timestamped(events));
    });

    test("asks the model for an answer to the message, on behalf of its user", async () => {
      const asked: Parameters<Model["generate"]>[0][] = [];
      const bench = await open(
        saying(async function* (request) {
          asked.push(request);
          yield [word("ok")];
        }),
      );
      await hear(bench);
      assert.equal(asked.length, 1);
      assert.equal(asked[0]?.model, bench.turn.model);
      assert.equal(asked[0]?.userId, bench.turn.userId);
      assert.deepEqual(asked[0]?.messages.at(-1), { role: "user", content: bench.turn.message.content });
    });

    test("in plan mode asks the planning model first, tells its plan, and has the other one carry it out", async () => {
      const asked: Parameters<Model["generate"]>[0][] = [];
      const bench = await open({
        listModels: async () => ["planner", "m"],
        async *generate(request) {
          asked.push(request);
          yield [word(asked.length === 1 ? "1. Look\n2. Leap" : "Done.")];
        },
      });
      const planMode = { planner: "planner", answerer: bench.turn.model };
      const events = (await hear({ ...bench, turn: { ...bench.turn, planMode } })).flat();
      const said = events.filter(({ event }) => event !== "plan_step");
      assert.deepEqual(
        said.map(({ event }) => event),
        ["plan_tokens", "plan", "message_tokens"],
      );
      assert.deepEqual(
        asked.map(({ model, tools }) => [model, tools]),
        [
          ["planner", undefined],
          [bench.turn.model, undefined],
        ],
      );
      assert.match(asked[1]?.messages.at(-1)?.content ?? "", /Leap/);
      assert.ok(timestamped(events));
    });

    test("tells a failing model as an error event after what it had said", async () => {
      const bench = await open(
        saying(async function* () {
          yield [word("so far")];
          throw Object.assign(new Error("It broke off."), { code: "upstream_broken", hint: "Try again." });
        }),
      );
      const events = (await hear(bench)).flat();
      assert.deepEqual(
        events.map(({ event }) => event),
        ["message_tokens", "error"],
      );
      assert.match(JSON.stringify(events.at(-1)), /It broke off\..*Try again\./);
    });

    test("ends soon once the signal aborts, and the model is told", { timeout: 5000 }, async () => {
      const stop = new AbortController();
      let told = false;
      const bench = await open(
        saying(async function* (_request, signal) {
          yield [word("so far")];
          told = signal.aborted; // it was, before this went on
          signal.throwIfAborted();
        }),
      );
      const events: TurnEvent[] = [];
      const listening = async () => {
        for await (const batch of bench.processor.processMessage(bench.turn, stop.signal)) {
          events.push(...batch);
          stop.abort(new Error("stopped"));
        }
      };
      await listening().catch((error: Error) => assert.equal(error.message, "stopped"));
      assert.ok(told);
      assert.deepEqual(
        events.map(({ event }) => event),
        ["message_tokens"],
      );
    });
  });
