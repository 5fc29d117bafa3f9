import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  answering,
  at,
  callOf,
  inShort,
  noting,
  openProcessor,
  playing,
  run,
  scriptedTools,
  word,
} from "../../../test/support/scripted-processor.ts";
import type { FunctionPlugin, PreCall } from "../../protocols/function-plugin.ts";

const tools = scriptedTools({ sum: answering("7") });
const _once = () => playing([[callOf("c1", "sum")]], [[word("Seven.")]]);

/** What it says, with the hooks of these functions on the way. */
async function say(functions: readonly FunctionPlugin[], { model, requests } = noting(), config = {}) {
  const bench = await openProcessor({ model, tools, functions, config });
  const told = inShort(await run(bench));
  const contents = async () => (await bench.context.getContext(at)).map(({ content }) => content);
  const history = async () =>
    (await bench.threads.getThreadMessages(at)).map(({ role, content }) => `${role}: ${content}`);
  return { bench, told, requests, contents, history };
}

const shout = ({ message }: PreCall) => ({ message: { ...message, content: message.content.toUpperCase() } });

describe("a hook that fails", () => {
  const bad: FunctionPlugin = {
    name: "bad",
    priority: 5,
    preCall() {
      throw new Error("no luck");
    },
  };
  const withoutIds = (told: readonly string[]) => told.map((text) => text.replace(/^id-\d+: /, ""));

  test("is told, and the next ones still run", async () => {
    const { told, requests } = await say([bad, { name: "shout", preCall: shout }]);
    assert.deepEqual(withoutIds(told), ["Error in function bad: no luck", "ok"]);
    assert.equal(requests[0]?.messages[0]?.content, "HI");
  });

  test("stops the turn where its function wants that, and the model is never asked", async () => {
    const { told, requests } = await say([{ ...bad, onError: "stop" }]);
    assert.deepEqual(withoutIds(told), [
      "Error in function bad: no luck",
      "! The function bad stopped this turn: no luck",
    ]);
    assert.equal(requests.length, 0);
  });

  test("after some lines has said those", async () => {
    const half: FunctionPlugin = {
      name: "half",
      async *postCall() {
        yield "so far";
        throw new Error("so bad");
      },
    };
    const { told } = await say([half]);
    assert.deepEqual(withoutIds(told), ["ok", "half: so far", "Error in function half: so bad"]);
  });

  test("leaves the batch as it was when it is a filter", async () => {
    const { told } = await say([{ name: "bad", filterStream: () => Promise.reject(new Error("no luck")) }]);
    assert.deepEqual(withoutIds(told), ["Error in function bad: no luck", "ok"]);
  });

  for (const [what, hooks, reason] of [
    ["a preCall that answers a text", { preCall: () => "loud" }, /not an object/],
    ["a message of another role", { preCall: () => ({ message: { role: "system", content: "" } }) }, /role/],
    ["a model without a name", { preCall: () => ({ model: "" }) }, /model/],
    ["tools that are none", { preCall: () => ({ tools: ["sum"] }) }, /tools/],
    ["events that are none", { filterStream: () => ["ok"] }, /events/],
    ["tokens without words", { filterStream: () => [{ event: "message_tokens", data: {} }] }, /events/],
    ["a postCall that answers a text", { postCall: () => "fine" }, /postCall/],
  ] as const)
    test(`by answering ${what}, is told so and counts for nothing`, async () => {
      const { told } = await say([{ name: "bad", ...(hooks as object) }]);
      assert.equal(told.length, 2);
      const error = told.find((text) => text.includes("Error in function bad")) ?? "";
      assert.match(error, reason);
    });

  test("by never ending, is cut by the time limit", { timeout: 5000 }, async () => {
    const hangs: FunctionPlugin = {
      name: "hangs",
      async *preCall() {
        yield "one moment";
        await new Promise(() => {});
        return undefined;
      },
      filterStream: () => new Promise(() => {}),
    };
    const { told } = await say([hangs], noting(), { functions: { timeout_ms: 20 } });
    assert.deepEqual(withoutIds(told), [
      "hangs: one moment",
      "Error in function hangs: it took longer than 20 ms",
      "Error in function hangs: it took longer than 20 ms",
      "ok",
    ]);
  });

  test("by never ending, does not hold up a stop", { timeout: 5000 }, async () => {
    const stop = new AbortController();
    const hangs: FunctionPlugin = {
      name: "hangs",
      preCall(_call, { signal }) {
        assert.equal(signal.aborted, false);
        setImmediate(() => stop.abort(new Error("stopped")));
        return new Promise(() => {});
      },
    };
    const { model, requests } = noting();
    const bench = await openProcessor({ model, functions: [hangs] });
    assert.deepEqual(await run(bench, { signal: stop.signal }), []);
    assert.equal(requests.length, 0);
  });
});
