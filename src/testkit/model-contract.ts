import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Model, ModelEvent, ModelRequest } from "../protocols/model.ts";

/** A model to try, and what the suite must know about it. */
export type ModelSubject = {
  readonly model: Model;
  /**
   * A listed model. Opened as `answers` it gives any message an answer of some text, then ends; as `endless` it says
   * something and goes on, or waits, until it is aborted.
   */
  readonly id: string;
  /** Resolves when the upstream has noticed that nobody reads on. Absent where there is no upstream. */
  stopped?(): Promise<unknown>;
  close(): Promise<void>;
};

/** What every `Model` does, whoever answers. `open` gives a fresh one. */
export const modelContract = (
  name: string,
  open: (kind: "answers" | "endless") => Promise<ModelSubject>,
): void => {
  const trial = (title: string, kind: "answers" | "endless", run: (subject: ModelSubject) => Promise<void>) =>
    test(title, { timeout: 20_000 }, async () => {
      const subject = await open(kind);
      try {
        await run(subject);
      } finally {
        await subject.model.shutdown?.();
        await subject.close();
      }
    });

  describe(`${name} keeps the contract of a model`, { concurrency: false }, () => {
    trial("lists what can be asked, each name once", "answers", async ({ model, id }) => {
      const ids = (await model.listModels()).map((entry) => (typeof entry === "string" ? entry : entry.id));
      assert.equal(ids.includes(id), true, `${id} is not in ${ids.join(", ")}`);
      assert.equal(new Set(ids).size, ids.length);
    });

    trial(
      "answers in batches that are never empty, and ends after the finish",
      "answers",
      async (subject) => {
        const batches: (readonly ModelEvent[])[] = [];
        for await (const batch of subject.model.generate(ask(subject.id), new AbortController().signal)) {
          assert.equal(Array.isArray(batch) && batch.length > 0, true);
          batches.push(batch);
        }
        const events = batches.flat();
        const finishes = events.filter(({ event }) => event === "finish");
        assert.equal(finishes.length, 1);
        assert.equal(events.at(-1)?.event, "finish");
        assert.notEqual(textOf(events), "");
        for (const event of events) {
          if (event.event === "message_tokens" || event.event === "thinking_tokens") {
            assert.notEqual(event.data.content, "");
            assert.equal(event.data.model, subject.id);
          }
        }
      },
    );

    trial("answers several requests at once, each its own", "answers", async ({ model, id }) => {
      const answers = await Promise.all(Array.from({ length: 5 }, () => collect(model, ask(id))));
      for (const events of answers) assert.equal(events.at(-1)?.event, "finish");
    });

    trial("says `model_not_found` for a name it does not have", "answers", async ({ model }) => {
      await assert.rejects(collect(model, ask("there-is-no-such-model")), (error: unknown) => {
        const { code, hint } = error as { code?: unknown; hint?: unknown };
        assert.equal(code, "model_not_found");
        assert.equal(typeof hint === "string" && hint.length > 0, true);
        return true;
      });
    });

    trial("asks nobody when the signal is aborted already", "answers", async ({ model, id }) => {
      const reason = new Error("too late");
      await assert.rejects(collect(model, ask(id), AbortSignal.abort(reason)), reason);
    });

    trial("ends soon with the signal's reason, and stops the work upstream", "endless", async (subject) => {
      const stopping = new AbortController();
      const reason = new Error("the reader stopped it");
      const seen: ModelEvent[] = [];
      const reading = (async () => {
        for await (const batch of subject.model.generate(ask(subject.id), stopping.signal)) {
          seen.push(...batch);
          // later than the batch, so that it is waiting when it is aborted
          setImmediate(() => stopping.abort(reason));
        }
      })();
      await assert.rejects(reading, reason);
      assert.equal(seen.length > 0, true);
      await subject.stopped?.();
    });

    trial("stops the work upstream when the reader leaves", "endless", async (subject) => {
      for await (const batch of subject.model.generate(ask(subject.id), new AbortController().signal)) {
        assert.equal(batch.length > 0, true);
        break;
      }
      await subject.stopped?.();
    });
  });
};

const ask = (model: string): ModelRequest => ({
  model,
  messages: [{ role: "user", content: "Hello there" }],
});

const textOf = (events: readonly ModelEvent[]): string =>
  events.map((event) => (event.event === "message_tokens" ? event.data.content : "")).join("");

async function collect(model: Model, request: ModelRequest, signal = new AbortController().signal) {
  const events: ModelEvent[] = [];
  for await (const batch of model.generate(request, signal)) events.push(...batch);
  return events;
}
