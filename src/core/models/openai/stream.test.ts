import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { hear } from "../../../../test/support/model-host.ts";
import { handEach } from "../../../lib/hand-over.ts";
import type { ModelEvent, ModelRequest } from "../../../protocols/model.ts";
import { answer, type ScriptedStep } from "../../../testkit/scripted-reply.ts";
import { type ScriptedUpstream, startScriptedUpstream } from "../../../testkit/scripted-upstream.ts";
import type { Provider } from "../provider.ts";
import { createAnswerReader } from "./answer-reader.ts";
import { endpoint } from "./http-call.ts";
import { createOpenAIProvider } from "./openai-provider.ts";

let upstream: ScriptedUpstream;
let provider: Provider;
before(async () => {
  upstream = await startScriptedUpstream();
  provider = createOpenAIProvider({
    endpoint: endpoint({ name: "scripted", baseUrl: `${upstream.url}/`, apiKey: "sk-test-key\n" }),
    timeouts: { connectMs: 1000, firstByteMs: 5000, idleMs: 5000 },
    listTimeoutMs: 1000,
    now: () => new Date(0),
    newId: () => "new",
  });
});
after(async () => {
  provider.shutdown?.();
  await upstream.close();
});

const model = {
  async *generate(request: ModelRequest, signal: AbortSignal) {
    yield* await provider.generate({ ...request, label: "label" }, signal);
  },
};

const ending: readonly ScriptedStep[] = [
  { finish: "stop" },
  { usage: { prompt_tokens: 3, completion_tokens: 4 } },
  { done: true },
];

test("a token an event, in order, then usage and the finish", async () => {
  upstream.script(answer("One two three"));
  const { events } = await hear(model);
  assert.deepEqual(events, [
    { event: "message_tokens", data: { content: "One ", model: "label" } },
    { event: "message_tokens", data: { content: "two ", model: "label" } },
    { event: "message_tokens", data: { content: "three", model: "label" } },
    { event: "usage", data: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } },
    { event: "finish", data: { reason: "stop", model: "label" } },
  ]);
});

test("reasoning is heard under each of its names", async () => {
  for (const as of ["reasoning", "reasoning_content"] as const) {
    upstream.script({ steps: [{ tokens: ["Let me ", "see."], as }, { tokens: ["Yes."] }, ...ending] });
    const { thinking, text } = await hear(model);
    assert.deepEqual([thinking, text], ["Let me see.", "Yes."]);
  }
  upstream.script({ steps: [{ tokens: ["<th", "ink>Hm", "m</thi", "nk>", "Y", "es"] }, ...ending] });
  const tagged = await hear(model);
  assert.deepEqual([tagged.thinking, tagged.text], ["Hmm", "Yes"]);
  const parts = [
    { type: "thinking", thinking: [{ type: "text", text: "Oh" }] },
    { type: "text", text: "Ah" },
  ];
  upstream.script({ steps: [{ delta: { content: parts } }, ...ending] });
  const mistral = await hear(model);
  assert.deepEqual([mistral.thinking, mistral.text], ["Oh", "Ah"]);
});

test("reasoning given twice under two names is heard once", async () => {
  upstream.script({ steps: [{ delta: { reasoning: "a", reasoning_content: "a" } }, ...ending] });
  assert.equal((await hear(model)).thinking, "a");
});

test("tool calls are put together from their pieces", async () => {
  upstream.script({
    steps: [
      { toolCalls: [{ index: 0, id: "call_a", name: "weather", arguments: "" }] },
      { toolCalls: [{ index: 1, id: "call_b", name: "time" }] },
      {
        toolCalls: [
          { index: 0, arguments: '{"city":' },
          { index: 1, arguments: "{}" },
        ],
      },
      { toolCalls: [{ index: 0, arguments: '"Ulm"}' }] },
      { finish: "tool_calls" },
      { done: true },
    ],
  });
  const { calls, finish } = await hear(model);
  assert.deepEqual(calls, [
    { id: "call_a", name: "weather", arguments: '{"city":"Ulm"}' },
    { id: "call_b", name: "time", arguments: "{}" },
  ]);
  assert.equal(finish, "tool_calls");
});

test("tool calls of careless servers: no index, one index for all, no id", async () => {
  upstream.script(
    {
      steps: [
        { toolCalls: [{ id: "a", name: "x", arguments: "{" }, { arguments: "}" }, { id: "b", name: "y" }] },
        ...ending,
      ],
    },
    {
      steps: [
        {
          toolCalls: [
            { index: 0, id: "a", name: "x" },
            { index: 0, id: "b", name: "y" },
          ],
        },
        ...ending,
      ],
    },
    { steps: [{ toolCalls: [{ index: 0, name: "x", arguments: "{}" }] }, ...ending] },
  );
  assert.deepEqual((await hear(model)).calls, [
    { id: "a", name: "x", arguments: "{}" },
    { id: "b", name: "y", arguments: "" },
  ]);
  assert.deepEqual(
    (await hear(model)).calls.map(({ id }) => id),
    ["a", "b"],
  );
  assert.deepEqual((await hear(model)).calls, [{ id: "call_new", name: "x", arguments: "{}" }]);
});

test("characters, lines and events may be cut anywhere by the network", async () => {
  const text = "Grüße an 日本 🎉 und 한국\u2028 – “fin”";
  for (const lineEnd of ["\n", "\r\n", "\r"] as const) {
    for (const cutBytes of [1, 2, 7]) {
      upstream.script({ ...answer(text), lineEnd, cutBytes });
      const heard = await hear(model);
      assert.deepEqual([heard.text, heard.finish], [text, "stop"], `${JSON.stringify(lineEnd)} ${cutBytes}`);
    }
  }
});

test("what is read does not depend on how it was cut", () => {
  const piece = fc.record({ content: fc.string(), reasoning: fc.string(), more: fc.boolean() });
  const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 20 });
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 6 }),
      cuts,
      fc.constantFrom("\n", "\r\n"),
      (pieces, places, end) => {
        const deltas = pieces.map(({ content, reasoning, more }) => ({
          content,
          ...(more && { reasoning }),
        }));
        const frames = [
          ...deltas.map((delta) => ({ choices: [{ delta }] })),
          { choices: [{ finish_reason: "stop" }] },
        ];
        const wire = frames.map((frame) => `data: ${JSON.stringify(frame)}${end}${end}`).join("");
        const read = (parts: readonly string[]) => {
          const out: ModelEvent[] = [];
          const reader = createAnswerReader({ model: "m", provider: "p", secrets: [], newId: () => "id" });
          for (const part of parts) reader.feed(part, out);
          reader.end(out);
          return out;
        };
        const ends = [...places.filter((place) => place < wire.length), 0, wire.length].sort((a, b) => a - b);
        assert.deepEqual(read(ends.slice(1).map((to, index) => wire.slice(ends[index], to))), read([wire]));
      },
    ),
  );
});

test("the first token does not wait for the second", async () => {
  const gate = Promise.withResolvers<void>();
  upstream.script({
    steps: [{ tokens: ["first"] }, { wait: gate.promise }, { tokens: [" second"] }, ...ending],
  });
  const heard: string[] = [];
  for await (const batch of model.generate(request, new AbortController().signal)) {
    for (const event of batch) if (event.event === "message_tokens") heard.push(event.data.content);
    if (heard.length === 1) gate.resolve();
  }
  assert.deepEqual(heard, ["first", " second"]);
});

const drop = "drop ".repeat(40);
const flood = { rounds: 60, size: 1000 };

/** Scripts a flood. @returns what resolves when the upstream gets nothing more off, and says whether all went off. */
function scriptFlood(): () => Promise<boolean> {
  let sent = 0;
  const counted = Array.from({ length: flood.rounds }, (): ScriptedStep[] => [
    {
      tokens: [drop],
      pace: () => {
        sent++;
        return undefined;
      },
    },
    { tokens: new Array<string>(flood.size - 1).fill(drop) },
  ]).flat();
  upstream.script({ steps: [...counted, ...ending] });
  return async () => {
    let before = -1;
    while (before !== sent) {
      before = sent;
      for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    return sent === flood.rounds;
  };
}

const tokensIn = (batch: readonly ModelEvent[]) =>
  batch.filter(({ event }) => event === "message_tokens").length;

test("a flood waits for a reader that lags, and nothing of it is lost", async () => {
  const stuck = scriptFlood();
  const sizes: number[] = [];
  for await (const batch of model.generate(request, new AbortController().signal)) {
    if (sizes.length === 0)
      assert.equal(await stuck(), false, "everything came to a reader that reads nothing");
    sizes.push(tokensIn(batch));
  }
  assert.equal(
    sizes.reduce((sum, size) => sum + size, 0),
    flood.rounds * flood.size,
  );
  assert.equal(Math.max(...sizes) < 2 * flood.size, true);
});

test("a flood waits for one who is called with it and takes its time", async () => {
  const stuck = scriptFlood();
  const sizes: number[] = [];
  const batches = model.generate(request, new AbortController().signal)[Symbol.asyncIterator]();
  await batches.next(); // the role and nothing else, or a few tokens
  let taking = 0;
  await handEach(batches, async (batch) => {
    taking += 1;
    assert.equal(taking, 1, "one batch at a time");
    if (sizes.length === 0) assert.equal(await stuck(), false, "everything came to one who takes nothing");
    sizes.push(tokensIn(batch));
    taking -= 1;
  });
  assert.equal(Math.max(...sizes) < 2 * flood.size, true);
  assert.ok(sizes.reduce((sum, size) => sum + size, 0) > (flood.rounds - 2) * flood.size);
});

const request: ModelRequest = { model: "alpha-large", messages: [{ role: "user", content: "Hi" }] };

test("the request carries what the API defines and nothing else", async () => {
  upstream.script(answer("ok"));
  const messages = [
    { role: "system", content: "Be brief.", id: "m0" },
    { role: "user", content: "Hi", id: "m1", timestamp: "now" },
    {
      role: "assistant",
      content: "",
      id: "m2",
      reasoning_content: "Hm",
      tool_calls: [{ id: "c", name: "t", arguments: "{}" }],
    },
    { role: "tool", tool_call_id: "c", content: "done", id: "m3" },
    { role: "assistant", content: "Well.", id: "m4", model: "x" },
  ] as unknown as ModelRequest["messages"];
  const tools = [{ name: "t", description: "d", parameters: { type: "object" }, readOnly: true }];
  await hear(model, { messages, tools, settings: { temperature: 0.2, top_k: 5 }, userId: "somebody" });
  const { body, headers } = upstream.requests.at(-1) ?? assert.fail("no request came");
  assert.deepEqual(body, {
    model: "alpha-large",
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi" },
      {
        role: "assistant",
        content: "",
        reasoning_content: "Hm",
        tool_calls: [{ id: "c", type: "function", function: { name: "t", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "c", content: "done" },
      { role: "assistant", content: "Well." },
    ],
    stream: true,
    stream_options: { include_usage: true },
    tools: [{ type: "function", function: { name: "t", description: "d", parameters: { type: "object" } } }],
    temperature: 0.2,
    top_k: 5,
  });
  assert.equal(headers.authorization, "Bearer sk-test-key");
});

test("without tools there is no `tools`, and without settings no parameter", async () => {
  upstream.script(answer("ok"));
  await hear(model, { tools: [] });
  assert.deepEqual(Object.keys(upstream.requests.at(-1)?.body ?? {}).sort(), [
    "messages",
    "model",
    "stream",
    "stream_options",
  ]);
});
