import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { entry, noting, openProcessor, run, timestamp } from "../../../test/support/scripted-processor.ts";
import type { Turn } from "../../protocols/message-processor.ts";
import type { Model } from "../../protocols/model.ts";
import type { NewMessage } from "../../protocols/threads.ts";
import { messageProcessorContract } from "../../testkit/message-processor-contract.ts";

/** The processor on a thread with these entries; the last one is the message to answer. */
const open = (model: Model, entries = [entry("q", "user", "Hi")], turn: Partial<Turn> = {}) =>
  openProcessor({ model, entries, turn });

messageProcessorContract("the full flow", (model) => open(model));

describe("a message on its way to the model", () => {
  const exchange = [
    entry("q1", "user", "first"),
    entry("t1", "thinking", "hm"),
    entry("a1", "assistant", "answer"),
    entry("q2", "user", "second"),
  ];

  test("brings the exchange before it and the chosen prompt, without thinking", async () => {
    const { model, requests } = noting();
    await run(await open(model, exchange, { systemPrompt: "brief" }));
    assert.deepEqual(requests[0]?.messages, [
      { role: "system", content: "Be brief." },
      { role: "user", content: "first" },
      { role: "assistant", content: "answer" },
      { role: "user", content: "second" },
    ]);
  });

  test("has the instructions of this turn in place of the chosen prompt", async () => {
    const { model, requests } = noting();
    await run(await open(model, exchange, { systemPrompt: "brief", instructions: "Be strict." }));
    assert.deepEqual(requests[0]?.messages[0], { role: "system", content: "Be strict." });
  });

  test("sends no system message for an unknown key or an empty prompt", async () => {
    for (const systemPrompt of ["zero", "unknown"]) {
      const { model, requests } = noting();
      await run(await open(model, exchange, { systemPrompt }));
      assert.equal(requests[0]?.messages[0]?.role, "user");
    }
  });

  test("shows the model nothing below the message when that is answered anew", async () => {
    const { model, requests } = noting();
    await run(await open(model, exchange, { message: { ...entry("q1", "user", "first"), parentId: null } }));
    assert.deepEqual(requests[0]?.messages, [{ role: "user", content: "first" }]);
  });

  test("that is an answer cut short shows it to the model, and asks for the rest", async () => {
    const { model, requests } = noting();
    const half: NewMessage = { ...entry("a2", "assistant", "half"), interrupted: true };
    const entries = [...exchange, half];
    await run(await open(model, entries, { message: { ...half, parentId: "q2" } }));
    const shown = requests[0]?.messages.slice(-2) ?? [];
    assert.deepEqual(shown[0], { role: "assistant", content: "half" });
    assert.equal(shown[1]?.role, "user");
    assert.match(shown[1]?.content ?? "", /^Your last answer was cut short\./);
  });

  test("shows an answer and the rest that was given later as one", async () => {
    const { model, requests } = noting();
    const parts = [entry("a2", "assistant", "one half, "), entry("a3", "assistant", "the other")];
    await run(await open(model, [...exchange, ...parts, entry("q3", "user", "third")]));
    assert.deepEqual(
      requests[0]?.messages.slice(-2).map(({ content }) => content),
      ["one half, the other", "third"],
    );
  });

  test("leaves out what does not fit the model's window, and tells the reader how much", async () => {
    const long = Array.from({ length: 20 }, (_, n) =>
      entry(`m${n}`, n % 2 ? "assistant" : "user", "x".repeat(900)),
    );
    const { model, requests } = noting({ contextWindow: 2048 });
    const events = await run(await open(model, [...long, entry("q", "user", "short")]));
    const shown = requests[0]?.messages ?? [];
    assert.ok(shown.length > 1 && shown.length < 10);
    assert.deepEqual(events[0], { event: "context", data: { left_out: 21 - shown.length, timestamp } });
  });
});
