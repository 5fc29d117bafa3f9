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
  word,
} from "../../../test/support/scripted-processor.ts";
import type { FunctionPlugin, PreCall } from "../../protocols/function-plugin.ts";
import type { ModelEvent } from "../../protocols/model.ts";

const tools = scriptedTools({ sum: answering("7") });
const once = () => playing([[callOf("c1", "sum")]], [[word("Seven.")]]);

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

describe("preCall", () => {
  test("changes what reaches the model and the context, and not the history", async () => {
    const { requests, contents, history } = await say([{ name: "shout", preCall: shout }]);
    assert.deepEqual(requests[0]?.messages, [{ role: "user", content: "HI" }]);
    assert.deepEqual(await contents(), ["HI", "ok"]);
    assert.deepEqual(await history(), ["user: Hi", "assistant: ok"]);
  });

  test("changes the model, the system prompt and the tools, from then on", async () => {
    let times = 0;
    const { requests } = await say(
      [
        {
          name: "chooser",
          preCall: async () =>
            times++ === 0 ? { model: "m2", systemPrompt: "Be kind." } : { tools: [], systemPrompt: "" },
        },
      ],
      once(),
    );
    const [first, second] = requests;
    assert.equal(first?.model, "m2");
    assert.deepEqual(first?.messages[0], { role: "system", content: "Be kind." });
    assert.equal(first?.tools?.length, 1);
    assert.equal(second?.model, "m2");
    assert.equal(second?.messages[0]?.role, "user");
    assert.equal(second && "tools" in second, false);
  });

  test("runs for each tool result too", async () => {
    const roles: string[] = [];
    const { requests, contents } = await say(
      [
        {
          name: "roles",
          preCall({ message }) {
            roles.push(message.role);
            return message.role === "tool" ? { message: { ...message, content: "seven" } } : undefined;
          },
        },
      ],
      once(),
    );
    assert.deepEqual(roles, ["user", "tool"]);
    assert.equal(requests[1]?.messages.at(-1)?.content, "seven");
    assert.deepEqual(await contents(), ["Hi", "", "seven", "Seven."]);
  });

  test("runs anew when the message is answered anew, on what the user wrote", async () => {
    const { bench, requests } = await say(
      [{ name: "shout", preCall: shout }],
      playing([[word("a")]], [[word("b")]]),
    );
    await run({ ...bench, turn: { ...bench.turn, turnId: "v" } });
    assert.deepEqual(requests[1]?.messages, [{ role: "user", content: "HI" }]);
  });

  test("runs for the wish to hear the rest of an answer", async () => {
    const { model, requests } = noting();
    const entries = [entry("q", "user", "Hi"), { ...entry("a", "assistant", "half"), interrupted: true }];
    const other = { name: "other", preCall: () => ({ model: "m2" }) };
    await run(await openProcessor({ model, entries, functions: [other] }));
    assert.equal(requests[0]?.model, "m2");
  });
});

test("preCall runs the highest priority first; filterStream and postCall the lowest first", async () => {
  const seen: string[] = [];
  const noisy = (name: string, priority: number): FunctionPlugin => ({
    name,
    priority,
    preCall: () => void seen.push(`pre ${name}`),
    filterStream: () => void seen.push(`filter ${name}`),
    postCall: () => void seen.push(`post ${name}`),
  });
  await say([noisy("low", 1), noisy("high", 2)]);
  assert.deepEqual(seen, ["pre high", "pre low", "filter low", "filter high", "post low", "post high"]);
});

test("every hook and tool of a turn is told the same place", async () => {
  const seen: unknown[] = [];
  const note = (_: unknown, place: object) => void seen.push({ ...place, signal: undefined });
  await say([{ name: "note", preCall: note, filterStream: note, postCall: note }], once());
  assert.equal(seen.length, 6);
  for (const place of seen) assert.deepEqual(place, { ...at, turnId: "u", signal: undefined });
});

describe("filterStream", () => {
  const rewrite = (change: (text: string) => string | undefined): FunctionPlugin => ({
    name: "rewrite",
    filterStream: (events) =>
      events.flatMap((event): ModelEvent[] => {
        if (event.event !== "message_tokens") return [event];
        const content = change(event.data.content);
        return content === undefined ? [] : [{ ...event, data: { ...event.data, content } }];
      }),
  });
  const secret = () => playing([[word("the "), word("secret")], [word(" is out")]]);

  test("hides what it drops from stream and history, and the context keeps it", async () => {
    const hide = rewrite((text) => (text === "secret" ? undefined : text));
    const { told, history, contents } = await say([hide], secret());
    assert.deepEqual(told, ["the ", " is out"]);
    assert.deepEqual(await history(), ["user: Hi", "assistant: the  is out"]);
    assert.deepEqual(await contents(), ["Hi", "the secret is out"]);
  });

  test("changes stream and history, and the context keeps the original", async () => {
    const { told, history, contents } = await say([rewrite((text) => text.toUpperCase())], secret());
    assert.deepEqual(told, ["THE ", "SECRET", " IS OUT"]);
    assert.deepEqual(await history(), ["user: Hi", "assistant: THE SECRET IS OUT"]);
    assert.deepEqual(await contents(), ["Hi", "the secret is out"]);
  });

  test("may drop a whole batch with null, and the next filter never sees it", async () => {
    const seen: unknown[] = [];
    const { told } = await say(
      [
        { name: "second", priority: 1, filterStream: (events) => void seen.push(events.length) },
        {
          name: "first",
          filterStream: (events) => (events.length === 2 ? (null as never) : undefined),
        },
      ],
      secret(),
    );
    assert.deepEqual(told, [" is out"]);
    assert.deepEqual(seen, [1]);
  });

  test("that lets nothing through leaves neither history nor context", async () => {
    const { told, history, contents } = await say([{ name: "mute", filterStream: async () => [] }], secret());
    assert.deepEqual(told, []);
    assert.deepEqual(await history(), ["user: Hi"]);
    assert.deepEqual(await contents(), ["Hi"]);
  });

  test("decides which calls are run", async () => {
    const deny: FunctionPlugin = {
      name: "deny",
      filterStream: (events) => events.filter(({ event }) => event !== "tool_call"),
    };
    const { told, requests } = await say([deny], playing([[word("no "), callOf("c1", "sum")]]));
    assert.deepEqual(told, ["no "]);
    assert.equal(requests.length, 1);
  });

  test("sees a failing model's words before the reader learns why", async () => {
    const { model } = playing();
    model.generate = async function* () {
      yield [word("so far")];
      throw Object.assign(new Error("It broke off."), { code: "upstream_broken", hint: "Try again." });
    };
    const { told } = await say([rewrite((text) => text.toUpperCase())], { model, requests: [] });
    assert.deepEqual(told, ["SO FAR", "! It broke off. Try again."]);
  });
});

describe("postCall", () => {
  test("changes the context and nothing else", async () => {
    const sign: FunctionPlugin = {
      name: "sign",
      postCall: async (message) => ({ ...message, content: `${message.content} [checked]` }),
    };
    const { told, history, contents } = await say([sign]);
    assert.deepEqual(told, ["ok"]);
    assert.deepEqual(await history(), ["user: Hi", "assistant: ok"]);
    assert.deepEqual(await contents(), ["Hi", "ok [checked]"]);
  });

  test("runs after each round, on what the model said and wants done", async () => {
    const seen: unknown[] = [];
    const look: FunctionPlugin = { name: "look", postCall: (message) => void seen.push(message) };
    await say([look], playing([[thought("hm"), callOf("c1", "sum")]], [[thought("so"), word("7")]]));
    const calls = [{ id: "c1", name: "sum", arguments: "{}" }];
    assert.deepEqual(seen, [
      { role: "assistant", content: "", tool_calls: calls, reasoning_content: "hm" },
      { role: "assistant", content: "7" },
    ]);
  });
});

describe("a hook's lines", () => {
  test("reach reader and history under ids of their own, and not the context", async () => {
    const chatty: FunctionPlugin = {
      name: "chatty",
      async *preCall() {
        yield "looking";
        yield "found it";
        return { systemPrompt: "Found." };
      },
      *filterStream(events) {
        yield "filtering";
        return events;
      },
      async *postCall() {
        yield "done";
        return undefined;
      },
    };
    const { told, history, contents, requests } = await say([chatty]);
    const lines = ["chatty: looking", "chatty: found it", "chatty: filtering", "ok", "chatty: done"];
    assert.deepEqual(
      told.map((text) => text.replace(/^id-\d+: /, "")),
      lines,
    );
    assert.equal(new Set(told.map((text) => /^id-\d+/.exec(text)?.[0])).size, 5);
    assert.deepEqual(await history(), [
      "user: Hi",
      ...["tool: chatty: looking", "tool: chatty: found it", "tool: chatty: filtering"],
      ...["assistant: ok", "tool: chatty: done"],
    ]);
    assert.deepEqual(await contents(), ["Hi", "ok"]);
    assert.deepEqual(requests[0]?.messages[0], { role: "system", content: "Found." });
  });
});
