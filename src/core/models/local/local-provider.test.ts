import assert from "node:assert/strict";
import { after, test } from "node:test";
import { tinyModels } from "../../../../test/support/local-models.ts";
import { hear } from "../../../../test/support/model-host.ts";
import type { ChatMessage } from "../../../protocols/model.ts";
import { modelContract } from "../../../testkit/model-contract.ts";

const at = await tinyModels({
  tiny: { answer: ["Hello", " there", ", I", " am", " tiny", "."], contextLength: 512 },
  endless: { answer: ["on", " and"], endless: true, contextLength: 20_000 },
  short: { answer: ["on", " and"], endless: true, contextLength: 512 },
  thinker: { answer: ["<think>", "Hm", "m.", "</think>", "\n\n", "Yes", "."] },
  ending: { answer: ["The", " end", "<<END>>", " more", " of it"] },
  caller: { answer: ["||call: ", "add_up", "(", '{"a": ', "2", ', "b": ', "3", "}", ")", " done"] },
  json: { answer: ['{"', "name", '": "', "Ada", '"}'] },
});
after(() => at[Symbol.asyncDispose]());

const user = (content: string): ChatMessage => ({ role: "user", content });
const ask = (model: string, settings = {}, messages: readonly ChatMessage[] = [user("Hi")]) =>
  hear(at.router, { model, settings, messages });

modelContract("a local model", async (kind) => ({
  model: { ...at.router, shutdown: async () => {} }, // one runner for all tests
  id: kind === "endless" ? "endless" : "tiny",
  async close() {},
}));

test("an answer has its text, its tokens as llama.cpp counts them, and why it ended", async () => {
  const { text, events, error } = await ask("tiny");
  assert.equal(error, undefined);
  assert.equal(text, "Hello there, I am tiny.");
  assert.deepEqual(events.slice(-2), [
    { event: "usage", data: { prompt_tokens: 22, completion_tokens: 6, total_tokens: 28 } },
    { event: "finish", data: { reason: "stop", model: "tiny" } },
  ]);
});

test("max_tokens cuts an answer off", async () => {
  const { text, finish } = await ask("tiny", { max_tokens: 3 });
  assert.deepEqual([text, finish], ["Hello there, I", "length"]);
});

test("prompt and reply together never exceed the context less its margin", async () => {
  const { finish } = await ask("short", { max_tokens: 10_000, safety_margin: 100 });
  const { prompt, completion } = at.counted();
  assert.deepEqual([finish, prompt + completion], ["length", 512 - 100]);
});

test("of a history larger than the context the system prompt and the newest turns are read", async () => {
  const old = Array.from({ length: 40 }, (_, index): ChatMessage[] => [
    user(`Question ${index}`),
    { role: "assistant", content: "Hello there, I am tiny." },
  ]).flat();
  const { text, error } = await ask("tiny", {}, [
    { role: "system", content: "Be kind." },
    ...old,
    user("And now?"),
  ]);
  assert.deepEqual([text, error], ["Hello there, I am tiny.", undefined]);
  const { prompt, leftOut } = at.counted();
  assert.equal(leftOut > 50 && leftOut < 80 && leftOut % 2 === 0, true, String(leftOut));
  assert.equal(prompt > 200 && prompt <= 512 - 128 - 128, true, String(prompt));
});

test("a message that alone is too long is refused with its size", async () => {
  const { error } = await ask("tiny", {}, [user("x".repeat(600))]);
  assert.equal(error?.code, "upstream_overflow");
  assert.match(error.message, /takes 6\d\d tokens, and the model holds 512/);
});

test("the next turn of a thread evaluates only what is new, also while another thread goes on", async () => {
  const first = "Tell me everything there is to tell about the sea.";
  const other = "What would you have me cook for eleven guests tonight?";
  await ask("tiny", {}, [user(first)]);
  await ask("tiny", {}, [user(other)]);
  for (const begun of [other, first]) {
    const answer: ChatMessage = { role: "assistant", content: "Hello there, I am tiny." };
    await ask("tiny", {}, [user(begun), answer, user("Go on.")]);
    const { prompt, reused } = at.counted();
    assert.equal(reused > begun.length && prompt - reused < 40, true, `${reused} of ${prompt}`);
  }
});

test("an answer ends before a stop text", async () => {
  assert.equal((await ask("tiny", { stop: [", I", "xyz"] })).text, "Hello there");
  assert.equal((await ask("tiny", { stop: " am" })).text, "Hello there, I");
});

test("reasoning in tags is told apart from the answer", async () => {
  const { text, thinking } = await ask("thinker");
  assert.deepEqual([thinking, text], ["Hmm.", "Yes."]);
});

test("an end token that was reached ends the text, and no continuation is asked for", async () => {
  const { text, finish } = await ask("ending", { require_end_token: true });
  assert.deepEqual([text, finish], ["The end\n<<END>>", "stop"]);
});

test("without its end token a reply is continued as often as allowed, and then gets it", async () => {
  const { text } = await ask("tiny", { require_end_token: true, max_continues: 2, end_token: "THE END" });
  const said = "Hello there, I am tiny.";
  assert.equal(text, `${[said, said, said].join("\n\n")}\nTHE END`);
});

test("a reply fits the JSON Schema of response_format", async () => {
  const schema = {
    type: "object",
    properties: { name: { type: "string", maxLength: 8 }, adult: { type: ["boolean", "null"] } },
    required: ["name"],
  };
  const { text, error } = await ask("tiny", {
    response_format: { type: "json_schema", json_schema: { schema } },
  });
  assert.equal(error, undefined);
  const value = JSON.parse(text) as { name: unknown; adult: unknown };
  assert.equal(typeof value.name, "string");
  assert.equal(value.adult === null || typeof value.adult === "boolean", true, text);
});

test("any JSON will do where only that is asked for", async () => {
  const { text, error } = await ask("json", { response_format: { type: "json_object" }, max_tokens: 200 });
  assert.deepEqual([error, text], [undefined, '{"name": "Ada"}']);
  const { error: refused } = await ask("json", { response_format: { type: "json_schema" } });
  assert.equal(refused?.code, "bad_input");
});

test("a tool is called with arguments of its schema, and its result goes to the model", async () => {
  const tool = {
    name: "add_up",
    description: "Adds.",
    parameters: {
      type: "object",
      properties: { a: { type: "integer" }, b: { type: "integer" } },
      required: ["a", "b"],
    },
  };
  const { calls, finish, error } = await hear(at.router, {
    model: "caller",
    messages: [user("2+3")],
    tools: [tool],
  });
  assert.equal(error, undefined);
  assert.equal(finish, "tool_calls");
  assert.deepEqual(
    calls.map(({ name, arguments: given }) => [name, JSON.parse(given)]),
    [["add_up", { a: 2, b: 3 }]],
  );
  const before = at.counted().prompt;
  const [call] = calls;
  assert.ok(call);
  const after = await hear(at.router, {
    model: "caller",
    tools: [tool],
    messages: [
      user("2+3"),
      { role: "assistant", content: "", tool_calls: [call] },
      { role: "tool", tool_call_id: call.id, content: "five, as everybody knows" },
    ],
  });
  assert.equal(after.error, undefined);
  assert.equal(at.counted().prompt > before + "five, as everybody knows".length, true);
});

test("a setting that cannot be taken is told by its name", async () => {
  const { error } = await ask("tiny", { temperature: "hot" });
  assert.equal(error?.code, "bad_input");
  assert.match(error.message, /`temperature` is "hot"/);
});

// by themselves those that are aborted would go on for a minute
test("an answer that is aborted leaves its place to the next one at once", async () => {
  const stopping = new AbortController();
  const running = [1, 2].map(() => hear(at.router, { model: "endless" }, stopping.signal));
  const waiting = hear(at.router, { model: "endless", settings: { max_tokens: 4 } });
  setTimeout(() => stopping.abort(new Error("stopped")), 300);
  const [one, two, next] = await Promise.all([...running, waiting]);
  assert.deepEqual([one?.error?.message, two?.error?.message], ["stopped", "stopped"]);
  assert.equal(next?.text, "on andon and");
});
