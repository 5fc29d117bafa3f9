import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  answering,
  at,
  callOf,
  entry,
  openProcessor,
  playing,
  run,
  scriptedTools,
  thought,
  word,
} from "../../../test/support/scripted-processor.ts";

const call = (id: string, name: string, args = "{}") => ({ id, name, arguments: args });

describe("what a later turn's model sees of earlier calls", () => {
  const full = [
    { role: "user", content: "Hi" },
    { role: "assistant", content: "", tool_calls: [call("c1", "sum", "not json")] },
    { role: "tool", tool_call_id: "c1", content: "7" },
    { role: "assistant", content: "Seven." },
  ];
  const open = async () => {
    const { model, requests } = playing(
      [[thought("hm"), callOf("c1", "sum", "not json")]],
      [[word("Seven.")]],
      [[word("Other.")]],
      [[word("ok")]],
    );
    const bench = await openProcessor({ model, tools: scriptedTools({ sum: answering("7") }) });
    await run(bench);
    const ask = async (turnId: string, messageId: string) => {
      const message = await bench.threads.getMessage({ ...at, messageId });
      return run({ ...bench, turn: { ...bench.turn, turnId, message } });
    };
    return { bench, requests, ask };
  };

  test("the calls with readable arguments, the results, and no reasoning", async () => {
    const { bench, requests, ask } = await open();
    await bench.threads.addMessages(at, [entry("q2", "user", "Thanks")]);
    await ask("v", "q2");
    const shown = full.with(1, { ...full[1], tool_calls: [call("c1", "sum", "{}")] } as never);
    assert.deepEqual(requests[2]?.messages, [...shown, { role: "user", content: "Thanks" }]);
  });

  test("on another answer to the same message nothing of them, and on the first branch all", async () => {
    const { bench, requests, ask } = await open();
    await ask("v", "q");
    assert.deepEqual(requests[2]?.messages, [{ role: "user", content: "Hi" }]);
    await bench.threads.addMessages(at, [entry("q2", "user", "And?")]);
    await ask("w", "q2");
    assert.deepEqual(
      requests[3]?.messages.map(({ content }) => content),
      ["Hi", "Other.", "And?"],
    );
    await bench.threads.activateBranch({ ...at, messageId: "u.0" });
    const bare = (await bench.context.getContext(at)).map(({ id: _, ...message }) => message);
    assert.deepEqual(bare, full);
  });

  test("not the reasoning that a killed turn could not take out again", async () => {
    const { bench, requests, ask } = await open();
    const left = { role: "assistant", content: "half", reasoning_content: "hm" } as const;
    await bench.context.addMessage(at, { ...left, id: "killed.0" });
    await bench.threads.addMessages(at, [
      entry("killed.0", "assistant", "half"),
      entry("q2", "user", "And?"),
    ]);
    await ask("v", "q2");
    assert.equal(JSON.stringify(requests[2]).includes("reasoning_content"), false);
    assert.ok(requests[2]?.messages.some(({ content }) => content.includes("half")));
  });

  test("calls in another answer to a message stand on its own branch", async () => {
    const { model, requests } = playing([[word("First.")]], [[callOf("c1", "sum")]], [[word("Second.")]]);
    const bench = await openProcessor({ model, tools: scriptedTools({ sum: answering("7") }) });
    await run(bench);
    await run({ ...bench, turn: { ...bench.turn, turnId: "v" } });
    assert.deepEqual(
      requests[2]?.messages.map(({ role }) => role),
      ["user", "assistant", "tool"],
    );
    const contents = async () => (await bench.context.getContext(at)).map(({ content }) => content);
    assert.deepEqual(await contents(), ["Hi", "", "7", "Second."]);
    await bench.threads.activateBranch({ ...at, messageId: "u.0" });
    assert.deepEqual(await contents(), ["Hi", "First."]);
  });

  test("the rest of an answer may call tools: what was said before it, the wish, then its rounds", async () => {
    const { model, requests } = playing([[callOf("c1", "sum")]], [[word("rest")]]);
    const entries = [entry("q", "user", "Hi"), { ...entry("a", "assistant", "half"), interrupted: true }];
    const bench = await openProcessor({ model, tools: scriptedTools({ sum: answering("7") }), entries });
    await run(bench);
    assert.deepEqual(
      requests[1]?.messages.map(({ role, content }) => [role, content.slice(0, 4)]),
      [
        ["user", "Hi"],
        ["assistant", "half"],
        ["user", "Your"],
        ["assistant", ""],
        ["tool", "7"],
      ],
    );
  });
});
