import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  answering,
  at,
  callOf,
  inShort,
  openProcessor,
  playing,
  run,
  scriptedTools,
  word,
} from "../../../test/support/scripted-processor.ts";
import type { ConsentRequest, Turn } from "../../protocols/message-processor.ts";
import type { Tool } from "../../protocols/tool.ts";

/** A user who says this to every call, and what they were asked. */
function saying(approved: boolean) {
  const asked: ConsentRequest[] = [];
  const consent: Turn["consent"] = async (request) => {
    asked.push(request);
    return { approved };
  };
  return { asked, consent };
}

const callsSum = () => playing([[callOf("c1", "sum", '{"a":2}')]], [[word("ok")]]);

describe("a tool that runs only with its user's consent", () => {
  test("runs after a yes, and the user is asked what exactly is to be done", async () => {
    const { asked, consent } = saying(true);
    const tools = scriptedTools({ sum: answering("7") }, { sum: { approve: "always" } });
    const { model } = callsSum();
    const told = inShort(await run(await openProcessor({ model, tools, turn: { consent } })));
    assert.deepEqual(asked, [{ callId: "c1", name: "sum", arguments: '{"a":2}' }]);
    assert.deepEqual(told.slice(0, 3), ["c1 calls sum", 'c1: 🔧 Calling sum({"a":2})', "c1 gave 7"]);
  });

  test("does not run after a no, and the model is told so", async () => {
    const { consent } = saying(false);
    const tools = scriptedTools({ sum: () => assert.fail("it ran") }, { sum: { approve: "always" } });
    const { model, requests } = callsSum();
    const told = inShort(await run(await openProcessor({ model, tools, turn: { consent } })));
    assert.ok(told.includes("c1 failed The user did not allow this call."));
    assert.equal(requests[1]?.messages.at(-1)?.content, "The user did not allow this call.");
  });

  test("says with `once` that a yes is for the whole thread", async () => {
    const { asked, consent } = saying(true);
    const tools = scriptedTools({ sum: answering("7") }, { sum: { approve: "once" } });
    await run(await openProcessor({ model: callsSum().model, tools, turn: { consent } }));
    assert.equal(asked[0]?.once, true);
  });

  test("does not run when the turn is stopped while it waits", { timeout: 5000 }, async () => {
    const stop = new AbortController();
    const consent: Turn["consent"] = async () => {
      stop.abort(new Error("stopped"));
      throw stop.signal.reason;
    };
    const tools = scriptedTools({ sum: () => assert.fail("it ran") }, { sum: { approve: "always" } });
    const bench = await openProcessor({ model: callsSum().model, tools, turn: { consent } });
    const told = inShort(await run(bench, { signal: stop.signal }));
    assert.match(told.at(-1) ?? "", /Calling sum/);
  });

  test("holds up no neighbour that only reads, but their results come in order", {
    timeout: 5000,
  }, async () => {
    const { model } = playing([[callOf("c1", "ask"), callOf("c2", "free")]], [[word("ok")]]);
    const neighbourIsDone = Promise.withResolvers<void>();
    const consent: Turn["consent"] = async () => {
      await neighbourIsDone.promise; // hangs for ever where the neighbour waits, too
      return { approved: true };
    };
    const tools = scriptedTools(
      {
        ask: answering("asked"),
        async *free() {
          yield "reading";
          neighbourIsDone.resolve();
          return { content: "free" };
        },
      },
      { ask: { readOnly: true, approve: "always" }, free: { readOnly: true } },
    );
    const told = inShort(await run(await openProcessor({ model, tools, turn: { consent } })));
    assert.deepEqual(
      told.filter((text) => text.includes("gave")),
      ["c1 gave asked", "c2 gave free"],
    );
  });
});

test("the configuration says otherwise than the tool, either way", async () => {
  for (const [said, wanted, questions] of [
    ["always", "never", 0],
    ["never", "always", 1],
    [undefined, "once", 1],
  ] as const) {
    const { asked, consent } = saying(true);
    const tools = scriptedTools(
      { sum: answering("7") },
      { sum: said === undefined ? {} : { approve: said } },
    );
    const config = { tools: { approve: { sum: wanted } } };
    const { model } = callsSum();
    await run(await openProcessor({ model, tools, config, turn: { consent } }));
    assert.equal(asked.length, questions, `${said} and ${wanted}`);
  }
});

test("a tool that came while the model spoke is asked for, too", async () => {
  const { asked, consent } = saying(false);
  const tools = scriptedTools({ sum: () => assert.fail("it ran") });
  const [sum] = await tools.getTools(at);
  let looks = 0;
  tools.getTools = async () => (looks++ === 0 ? [] : [{ ...sum, approve: "always" } as Tool]);
  await run(await openProcessor({ model: callsSum().model, tools, turn: { consent } }));
  assert.equal(asked.length, 1);
});

test("every call of a turn has an id of its own that can stand in an address", async () => {
  const { model, requests } = playing(
    [[callOf("call_0", "sum"), callOf("../x", "sum")]],
    [[callOf("call_0", "sum"), callOf("y".repeat(201), "sum")]],
    [[word("ok")]],
  );
  const events = await run(await openProcessor({ model, tools: scriptedTools({ sum: answering("7") }) }));
  const ids = events.flatMap(({ event, data }) => (event === "tool_call" ? [data.call_id] : []));
  assert.equal(ids[0], "call_0");
  assert.equal(new Set(ids).size, 4);
  assert.ok(ids.every((id) => /^[\w-]{1,200}$/.test(id)));
  const results = requests[2]?.messages.flatMap((message) =>
    message.role === "tool" ? [message.tool_call_id] : [],
  );
  assert.deepEqual(results, ids, "the model finds each result under the id of its call");
});
