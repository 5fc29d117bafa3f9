import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  answering,
  at,
  callOf,
  entry,
  inShort,
  noting,
  openProcessor,
  playing,
  run,
  scriptedTools,
  thought,
  timestamp,
  word,
} from "../../../test/support/scripted-processor.ts";
import type { ToolOutcome } from "../../protocols/tools.ts";

const call = (id: string, name: string, args = "{}") => ({ id, name, arguments: args });
/** A model that calls `sum` once and then answers. */
const once = () =>
  playing([[thought("add"), word("Let me see. ")], [callOf("c1", "sum", '{"a":2}')]], [[word("Seven.")]]);

describe("a round that calls a tool", () => {
  test("tells the reader of the call, its progress and its result, and asks the model again", async () => {
    const { model, requests } = once();
    const bench = await openProcessor({ model, tools: scriptedTools({ sum: answering("7", "adding") }) });
    assert.deepEqual(inShort(await run(bench)), [
      "(add)",
      "Let me see. ",
      "c1 calls sum",
      'c1: 🔧 Calling sum({"a":2})',
      "c1: sum: adding",
      "c1 gave 7",
      "c1: ✅ sum: 7",
      "Seven.",
    ]);
    assert.equal(requests.length, 2);
    assert.deepEqual(requests[1]?.messages, [
      { role: "user", content: "Hi" },
      {
        role: "assistant",
        content: "Let me see. ",
        tool_calls: [call("c1", "sum", '{"a":2}')],
        reasoning_content: "add",
      },
      { role: "tool", tool_call_id: "c1", content: "7" },
    ]);
    assert.deepEqual(requests[1]?.tools, [
      { name: "sum", description: "Does sum.", parameters: { type: "object" } },
    ]);
  });

  test("leaves lines of the role tool in the history, and a context without reasoning", async () => {
    const bench = await openProcessor({ model: once().model, tools: scriptedTools({ sum: answering("7") }) });
    await run(bench);
    const history = await bench.threads.getThreadMessages(at);
    assert.deepEqual(
      history.slice(1).map(({ role, type, content, callId }) => [role, type, content, callId]),
      [
        ["thinking", "message_text", "add", undefined],
        ["assistant", "message_text", "Let me see. ", undefined],
        ["tool", "tool_update", '🔧 Calling sum({"a":2})', "c1"],
        ["tool", "tool_update", "✅ sum: 7", "c1"],
        ["assistant", "message_text", "Seven.", undefined],
      ],
    );
    assert.deepEqual(await bench.context.getContext(at), [
      { id: "q", role: "user", content: "Hi" },
      {
        id: "u.1",
        role: "assistant",
        content: "Let me see. ",
        tool_calls: [call("c1", "sum", '{"a":2}')],
      },
      { id: "u.3", role: "tool", tool_call_id: "c1", content: "7" },
      { id: "u.4", role: "assistant", content: "Seven." },
    ]);
    assert.equal(await bench.context.getMutationCount(at), 1);
  });

  test("is the only thing that writes to the context: a plain turn leaves it as it was", async () => {
    const bench = await openProcessor({ model: noting().model });
    let added = 0;
    const add = bench.context.addMessage;
    bench.context.addMessage = (...args) => {
      added += 1;
      return add(...args);
    };
    await run(bench);
    assert.equal(added, 0);
    assert.equal(await bench.context.getMutationCount(at), 0);
  });

  test("shows a long result cut to 250 characters, and the model the whole of it", async () => {
    const long = `${"x".repeat(246)}🦴${"y".repeat(100)}`;
    const { model, requests } = once();
    const bench = await openProcessor({ model, tools: scriptedTools({ sum: answering(long) }) });
    const events = await run(bench);
    assert.ok(inShort(events).includes(`c1: ✅ sum: ${"x".repeat(246)}...`));
    assert.ok(inShort(events).includes(`c1 gave ${long}`));
    assert.equal(requests[1]?.messages.at(-1)?.content, long);
  });

  test("tells a failure with ❌, and the model why", async () => {
    const { model, requests } = once();
    const failed = { content: "Error executing tool sum: no", failed: true } as const;
    const bench = await openProcessor({ model, tools: scriptedTools({ sum: answering(failed) }) });
    const told = inShort(await run(bench));
    assert.ok(told.includes("c1: ❌ sum: Error executing tool sum: no"));
    assert.ok(told.includes("c1 failed Error executing tool sum: no"));
    assert.equal(requests[1]?.messages.at(-1)?.content, failed.content);
  });

  test("may be followed by any number of others, until the model answers without a call", async () => {
    const { model, requests } = playing(
      [[callOf("c1", "sum")]],
      [[callOf("c2", "sum")]],
      [[word("a"), callOf("c3", "sum")]],
      [[word("done")]],
    );
    const bench = await openProcessor({ model, tools: scriptedTools({ sum: answering("7") }) });
    const events = await run(bench);
    assert.equal(requests.length, 4);
    assert.equal(inShort(events).at(-1), "done");
    assert.deepEqual(
      (await bench.context.getContext(at)).map(({ role }) => role),
      ["user", "assistant", "tool", "assistant", "tool", "assistant", "tool", "assistant"],
    );
  });

  test("gives the tool whose turn it is, and the turn's signal", async () => {
    const seen: unknown[] = [];
    const bench = await openProcessor({
      model: once().model,
      tools: scriptedTools({
        async *sum(args, { host, signal, ask, ...place }) {
          seen.push(args, place, host === bench.host, signal.aborted, typeof ask);
          yield "seen";
          return { content: "7" };
        },
      }),
    });
    await run(bench);
    assert.deepEqual(seen, ['{"a":2}', { ...at, turnId: "u", allowed: true }, true, false, "function"]);
  });
});

describe("several calls of one round", () => {
  const two = () => playing([[callOf("c1", "one"), callOf("c2", "two")]], [[word("ok")]]);

  test("run one after another, in order", async () => {
    const { model, requests } = two();
    const seen: string[] = [];
    const noisy = (name: string) =>
      async function* () {
        seen.push(`${name} begins`);
        yield "busy";
        seen.push(`${name} ends`);
        return { content: name };
      };
    const bench = await openProcessor({
      model,
      tools: scriptedTools({ one: noisy("one"), two: noisy("two") }),
    });
    await run(bench);
    assert.deepEqual(seen, ["one begins", "one ends", "two begins", "two ends"]);
    assert.deepEqual(
      requests[1]?.messages.slice(2).map(({ content }) => content),
      ["one", "two"],
    );
  });

  test("that only read run side by side, and their results come in order", async () => {
    const { model, requests } = two();
    const secondIsDone = Promise.withResolvers<void>();
    const tools = scriptedTools(
      {
        async *one() {
          yield "waiting for the other";
          await secondIsDone.promise; // hangs for ever where they run one after another
          return { content: "one" };
        },
        async *two() {
          yield "quick";
          secondIsDone.resolve();
          return { content: "two" };
        },
      },
      { one: { readOnly: true }, two: { readOnly: true } },
    );
    const bench = await openProcessor({ model, tools });
    const told = inShort(await run(bench));
    const results = told.filter((text) => /gave|✅/.test(text));
    assert.deepEqual(results, ["c1 gave one", "c1: ✅ one: one", "c2 gave two", "c2: ✅ two: two"]);
    assert.ok(told.includes("c2: two: quick"));
    assert.deepEqual(
      requests[1]?.messages.slice(2).map(({ content }) => content),
      ["one", "two"],
    );
  });
});

describe("what can go wrong with calls", () => {
  test("calls that name no tool end the turn, and are told", async () => {
    const { model, requests } = playing([[word("Hm."), callOf("c1", ""), callOf("c2", "  ")]]);
    const bench = await openProcessor({ model, tools: scriptedTools({ sum: answering("7") }) });
    const told = inShort(await run(bench));
    assert.equal(requests.length, 1);
    assert.equal(told.filter((text) => text.includes("🔧❌")).length, 2);
    assert.deepEqual(
      (await bench.context.getContext(at)).map(({ content }) => content),
      ["Hi", "Hm."],
    );
  });

  test("one that names no tool does not keep its neighbour from running", async () => {
    const { model, requests } = playing([[callOf("c1", ""), callOf("c2", "sum")]], [[word("ok")]]);
    const bench = await openProcessor({ model, tools: scriptedTools({ sum: answering("7") }) });
    await run(bench);
    assert.deepEqual(requests[1]?.messages.slice(1), [
      { role: "assistant", content: "", tool_calls: [call("c2", "sum")] },
      { role: "tool", tool_call_id: "c2", content: "7" },
    ]);
  });

  test("a model that never stops calling is told to sum up without tools, and so is the reader", async () => {
    const calls = Array.from({ length: 3 }, (_, n) => [[callOf(`c${n}`, "sum")]]);
    const { model, requests } = playing(...calls.slice(0, 2), [[word("In short."), callOf("c9", "sum")]]);
    const bench = await openProcessor({
      model,
      tools: scriptedTools({ sum: answering("7") }),
      config: { tools: { max_rounds: 2 } },
    });
    const told = inShort(await run(bench));
    assert.equal(requests.length, 3);
    assert.deepEqual(requests[2]?.tools, undefined);
    assert.match(requests[2]?.messages.at(-1)?.content ?? "", /without calling tools/);
    assert.match(told.at(-2) ?? "", /2 rounds, which is the limit/);
    assert.equal(told.at(-1), "In short.");
    assert.ok(!told.some((text) => text.startsWith("c9")));
    const { id: _, ...last } = (await bench.context.getContext(at)).at(-1) ?? assert.fail();
    assert.deepEqual(last, { role: "assistant", content: "In short." });
  });

  test("a stop reaches the tool, and the next turn's model learns that there is no result", {
    timeout: 5000,
  }, async () => {
    const stop = new AbortController();
    const bench = await openProcessor({
      model: once().model,
      tools: scriptedTools({
        async *sum(_args, { signal }): AsyncGenerator<string, ToolOutcome> {
          yield "working";
          stop.abort(new Error("stopped"));
          signal.throwIfAborted();
          return { content: "too late" };
        },
      }),
    });
    const told = inShort(await run(bench, { signal: stop.signal }));
    assert.equal(told.at(-1), "c1: sum: working");
    assert.equal(
      (await bench.context.getContext(at)).some((message) => "reasoning_content" in message),
      false,
      "what was kept for the rounds is gone",
    );

    const { model, requests } = noting();
    Object.assign(await bench.host.get("model"), model);
    const messageId = "q2";
    await bench.threads.addMessages(at, [entry(messageId, "user", "And?")]);
    const message = await bench.threads.getMessage({ ...at, messageId });
    await run({ ...bench, turn: { ...bench.turn, turnId: "v", message } });
    const shown = requests[0]?.messages ?? [];
    assert.deepEqual(
      shown.map(({ role }) => role),
      ["user", "assistant", "tool", "user"],
    );
    assert.match(shown[2]?.content ?? "", /no result/);
  });

  test("a model that fails after a call keeps what was said, and the reader learns why", async () => {
    const { model } = playing([[callOf("c1", "sum")]]);
    const generate = model.generate;
    let asked = 0;
    model.generate = (request, signal) => {
      if (asked++ === 0) return generate(request, signal);
      throw Object.assign(new Error("It is overloaded."), { code: "upstream_refused", hint: "Try again." });
    };
    const bench = await openProcessor({ model, tools: scriptedTools({ sum: answering("7") }) });
    assert.deepEqual(inShort(await run(bench)).slice(-2), [
      "c1: ✅ sum: 7",
      "! It is overloaded. Try again.",
    ]);
  });
});

describe("who is offered tools", () => {
  test("nobody, when there are none", async () => {
    const { model, requests } = noting();
    await run(await openProcessor({ model }));
    assert.equal("tools" in (requests[0] ?? {}), false);
  });

  test("not a model that is known not to use any", async () => {
    const { model, requests } = noting({ tools: false });
    await run(await openProcessor({ model, tools: scriptedTools({ sum: answering("7") }) }));
    assert.equal("tools" in (requests[0] ?? {}), false);
  });

  test("tools take their share of the model's window", async () => {
    const entries = Array.from({ length: 11 }, (_, n) =>
      entry(`m${n}`, n % 2 ? "assistant" : "user", "x".repeat(300)),
    );
    const leftOut = async (parameters: object) => {
      const { model } = noting({ contextWindow: 2048 });
      const tools = scriptedTools({ sum: answering("7") }, { sum: { parameters } as never });
      const events = await run(await openProcessor({ model, tools, entries }));
      return events.flatMap((event) => (event.event === "context" ? [event.data.left_out] : []));
    };
    assert.deepEqual(await leftOut({}), []);
    assert.equal((await leftOut({ description: "y".repeat(3000) })).length, 1);
  });
});

test("every event of a turn has its time", async () => {
  const bench = await openProcessor({ model: once().model, tools: scriptedTools({ sum: answering("7") }) });
  for (const { data } of await run(bench)) assert.equal(data.timestamp, timestamp);
});
