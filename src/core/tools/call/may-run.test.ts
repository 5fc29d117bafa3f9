import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tool, ToolContext, ToolQuestion } from "../../../protocols/tool.ts";
import { testHost } from "../../../testkit/test-host.ts";
import { createTools } from "../create-tools.ts";

const host = testHost({ config: { tools: { approve: { configured: "always" } } } });
const parameters = { type: "object", properties: { to: { type: "string" } } };
const tool = (name: string, fields: Partial<Tool> = {}): Tool => ({
  ...{ name, description: name, parameters, execute: ({ to = "nobody" }) => `${name} ${to}` },
  ...fields,
});
const tools = createTools(host, [
  {
    tools: async () => [
      tool("free"),
      tool("guarded", { approve: "always" }),
      tool("configured"),
      tool("outer", {
        execute: async (_, context) =>
          (await tools.call({ id: "inner", name: "guarded", arguments: '{"to":"bob"}' }, context).next())
            .value,
      }),
    ],
    origins: async () => ({}),
    problems: async () => [],
  },
]);

async function call(name: string, more: Partial<ToolContext> = {}) {
  const { signal } = new AbortController();
  const place = { userId: "ada", threadId: "thread", turnId: "turn", host, signal, ...more };
  const { value } = await tools.call({ id: "call", name, arguments: "" }, place).next();
  return JSON.stringify(value);
}

test("a guarded tool does not run for whoever brings no word of its user", async () => {
  assert.match(await call("free"), /free nobody/);
  for (const name of ["guarded", "configured"])
    assert.match(await call(name), /only with its user's consent/);
  assert.match(await call("guarded", { allowed: true }), /guarded nobody/);
});

test("a tool that calls a guarded one has its user asked, and does not inherit its own consent", async () => {
  assert.match(await call("outer", { allowed: true }), /only with its user's consent/);
  const asked: ToolQuestion[] = [];
  const saying = (approved: boolean, args?: object) => ({
    ask: async (question: ToolQuestion) => {
      asked.push(question);
      return { approved, ...(args && { arguments: args as never }) };
    },
  });
  assert.match(await call("outer", { allowed: true, ...saying(true) }), /guarded bob/);
  assert.deepEqual((asked[0] as { call?: unknown }).call, { name: "guarded", arguments: '{"to":"bob"}' });
  assert.match(await call("outer", { allowed: true, ...saying(true, { to: "eve" }) }), /guarded eve/);
  assert.match(await call("outer", { allowed: true, ...saying(false) }), /did not allow/);
});

test("a tool's time stands still while its user thinks, and what it asked is taken back when it is over", async () => {
  const quick = testHost({ config: { tools: { timeout_ms: 20 } } });
  let signal: AbortSignal | undefined;
  const ask = async (question: ToolQuestion) => {
    signal = question.signal;
    await new Promise((resolve) => setTimeout(resolve, 60));
    return { approved: true };
  };
  const asking = tool("asking", {
    execute: async (_, context) => {
      const { approved } = (await context.ask?.({ message: "Really?" })) ?? {};
      return String(approved);
    },
  });
  const all = createTools(quick, [
    { tools: async () => [asking], origins: async () => ({}), problems: async () => [] },
  ]);
  const place = {
    userId: "ada",
    threadId: "t",
    turnId: "u",
    host: quick,
    signal: new AbortController().signal,
  };
  const { value } = await all.call({ id: "c", name: "asking", arguments: "" }, { ...place, ask }).next();
  assert.deepEqual(value, { content: "true" });
  assert.equal(signal?.aborted, true);
});
