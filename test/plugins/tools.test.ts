import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, mock, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { TurnEvent } from "../../src/protocols/turn-event.ts";
import { answer, type ScriptedReply } from "../../src/testkit/scripted-reply.ts";
import { type Caller, startTestServer, type TestServer, textOf, threadOf } from "../support/test-server.ts";

/** What somebody puts into the folder on the first evening. */
const pantry = `const shelf: Record<string, number> = { flour: 3, salt: 1 };

/**
 * How much of something is in the pantry.
 * @param item what to look for
 * @param unit how to count
 */
export async function* in_pantry(item: string, unit: "bags" | "grams" = "bags", user_id: string) {
  yield \`looking for \${item}\`;
  if (!(item in shelf)) throw new Error(\`there is no \${item}\`);
  return { item, amount: shelf[item] * (unit === "bags" ? 1 : 1000), keeper: user_id };
}
`;
const shout = `export default { name: "shout",
  preCall: ({ message }) => message.role === "user" ? { message: { ...message, content: message.content + "!" } } : undefined,
};`;

const path = (from: string) => fileURLToPath(new URL(`../../${from}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "skeleton-tools-"));
let server: TestServer;
let ada: Caller;

before(async () => {
  for (const kind of ["tools", "functions"]) mkdirSync(join(folder, kind));
  writeFileSync(join(folder, "tools/pantry.ts"), pantry);
  writeFileSync(join(folder, "functions/shout.ts"), shout);
  for (const file of ["tools/ping.ts", "functions/null-function.ts"])
    symlinkSync(path(`plugin-library/${file}`), join(folder, file));
  const args = [path("src/core/tools/mcp/test-server.ts"), "good"];
  server = await startTestServer({
    plugins_path: folder,
    mcp_servers: { desk: { command: process.execPath, args } },
  });
  ada = server.as("ada");
});
after(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** The model calls these, each as `[id, name, arguments]`, in one round. */
const calls = (...list: readonly (readonly [string, string, string])[]): ScriptedReply => ({
  steps: [
    { toolCalls: list.map(([id, name, args], index) => ({ index, id, name, arguments: args })) },
    { finish: "tool_calls" },
    { done: true },
  ],
});
const ask = (content: string) => ada.say({ content, system_prompt: "zero" });
const lines = (events: readonly TurnEvent[]) =>
  events.flatMap(({ event, data }) => (event === "tool_update" ? [[data.call_id, data.content]] : []));
/** The last request that the model was sent. */
function sent() {
  const { messages = [], tools = [] } = (server.upstream.requests.at(-1)?.body ?? {}) as {
    messages?: { role: string; content: string; tool_call_id?: string }[];
    tools?: { type: string; function: { name: string; description: string; parameters: object } }[];
  };
  return { messages, tools };
}

test("a file, a linked library file and an MCP server are one list of tools, each with its schema", async () => {
  server.upstream.script(answer("Yes."));
  await ask("Hello");
  const { tools } = sent();
  const names = tools.map(({ function: { name } }) => name);
  for (const name of ["in_pantry", "ping", "pingyield", "pong", "echo"])
    assert.ok(names.includes(name), `${name} is not among ${names}`);
  assert.deepEqual(tools[names.indexOf("in_pantry")], {
    type: "function",
    function: {
      name: "in_pantry",
      description: "How much of something is in the pantry.",
      parameters: {
        type: "object",
        properties: {
          item: { type: "string", description: "what to look for" },
          unit: { enum: ["bags", "grams"], type: "string", description: "how to count", default: "bags" },
        },
        required: ["item"],
        additionalProperties: false,
      },
    },
  });
  assert.deepEqual(await (await server.app.host.get("tools")).getProblems(), []);
});

test("a dropped-in tool runs: lines on the wire, in the history, and the result at the model", async () => {
  server.upstream.script(calls(["call_1", "in_pantry", '{"item":"flour"}']), answer("Three bags."));
  const events = await ask("Flour");
  const told = [
    ["call_1", '🔧 Calling in_pantry({"item":"flour"})'],
    ["call_1", "in_pantry: looking for flour"],
    ["call_1", '✅ in_pantry: {"item":"flour","amount":3,"keeper":"ada"}'],
  ];
  assert.deepEqual(lines(events), told);
  assert.equal(textOf(events), "Three bags.");
  const { messages } = sent();
  assert.deepEqual(
    messages.map(({ role, content }) => [role, content]),
    [
      ["user", "Flour!"],
      ["assistant", ""],
      ["tool", '{"item":"flour","amount":3,"keeper":"ada"}'],
    ],
  );
  assert.equal(messages[2]?.tool_call_id, "call_1");
  type Row = { role: string; type: string; content: string; call_id?: string };
  const rows = await ada.get<Row[]>(`/api/v1/threads/${threadOf(events)}/messages`);
  assert.deepEqual(
    rows.map(({ role, content }) => [role, content]),
    [["user", "Flour"], ...told.map(([, line]) => ["tool", line]), ["assistant", "Three bags."]],
  );
  assert.deepEqual(
    rows.slice(1, 4).map(({ call_id }) => call_id),
    Array(3).fill("call_1"),
  );
});

test("a tool that throws, and arguments that are no JSON, are told to reader and model, and the turn goes on", async () => {
  server.upstream.script(
    calls(["call_a", "in_pantry", '{"item":"gold"}'], ["call_b", "in_pantry", '{"item":']),
    answer("Sorry."),
  );
  const events = await ask("Gold");
  const [, , gold, , broken, ...more] = lines(events);
  assert.deepEqual(more, []);
  assert.deepEqual(gold, ["call_a", "❌ in_pantry: Error executing tool in_pantry: there is no gold"]);
  assert.equal(broken?.[0], "call_b");
  assert.match(broken?.[1] ?? "", /^❌ in_pantry: .*JSON/);
  const [, , first, second] = sent().messages;
  assert.equal(first?.content, "Error executing tool in_pantry: there is no gold");
  assert.match(second?.content ?? "", /JSON/);
  assert.equal(textOf(events), "Sorry.");
  assert.equal(events.filter(({ event }) => event === "stream_end").length, 1);
});

test("ping, pingyield and the null function of the library work where they are linked", async (t) => {
  const info = mock.method(server.app.host.log, "info");
  t.after(() => info.mock.restore());
  server.upstream.script(
    calls(["call_p", "ping", '{"query":"one"}'], ["call_y", "pingyield", '{"query":"two"}']),
    answer("Both answered."),
  );
  const events = await ask("Ping");
  // They change nothing, so they run side by side: each has its own order.
  const of = (call: string) => lines(events).flatMap(([id, line]) => (id === call ? [line] : []));
  assert.deepEqual(of("call_p"), ['🔧 Calling ping({"query":"one"})', "✅ ping: pong: one"]);
  assert.deepEqual(of("call_y"), [
    '🔧 Calling pingyield({"query":"two"})',
    "pingyield: the ball is in the air",
    "✅ pingyield: pong, at last: two",
  ]);
  assert.deepEqual(
    sent()
      .messages.slice(2)
      .map(({ content }) => content),
    ["pong: one", "pong, at last: two"],
  );
  const said = info.mock.calls.map(({ arguments: [, message] }) => message);
  const hooks = said.filter((message) => /^null_function: (preCall|postCall)/.test(String(message)));
  assert.deepEqual(hooks, [
    "null_function: preCall",
    "null_function: postCall",
    "null_function: preCall",
    "null_function: preCall",
    "null_function: postCall",
  ]);
});

test("a tool of an MCP server is called by the model like any other", async () => {
  server.upstream.script(calls(["call_m", "echo", '{"word":"hello"}']), answer("Hello."));
  const events = await ask("Echo");
  assert.deepEqual(lines(events), [
    ["call_m", '🔧 Calling echo({"word":"hello"})'],
    ["call_m", '✅ echo: {"word":"hello"}'],
  ]);
  assert.equal(sent().messages.at(-1)?.content, '{"word":"hello"}');
});
