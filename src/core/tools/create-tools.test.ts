import assert from "node:assert/strict";
import { test } from "node:test";
import { testHost } from "../../testkit/test-host.ts";
import { toolsContract } from "../../testkit/tools-contract.ts";
import { createTools } from "./create-tools.ts";

toolsContract("the built-in tools", async (context, given) => {
  const host = testHost();
  context.after(() => host.shutdown());
  return createTools(host, [
    { tools: async () => given, origins: async () => ({}), problems: async () => [] },
  ]);
});

test("a tool's source is that of the one that is used, where two sources have its name", async (context) => {
  const host = testHost();
  context.after(() => host.shutdown());
  const source = (origins: Readonly<Record<string, string>>) => ({
    tools: async () => [],
    origins: async () => origins,
    problems: async () => [],
  });
  const tools = createTools(host, [
    source({ sum: "sum.ts" }),
    source({ sum: "mcp:maths", root: "mcp:maths" }),
  ]);
  assert.deepEqual(await tools.getSources?.({ userId: "ada" }), { sum: "sum.ts", root: "mcp:maths" });
});

test("a tool that cannot be called, since another source has its name, is a problem and told in the log once", async (context) => {
  const host = testHost();
  context.after(() => host.shutdown());
  const source = (from: string, names: readonly string[]) => ({
    tools: async () =>
      names.map((name) => ({ name, description: from, parameters: {}, execute: () => from })),
    origins: async () => Object.fromEntries(names.map((name) => [name, from])),
    problems: async () => [],
  });
  const tools = createTools(host, [source("sum.ts", ["sum"]), source("mcp:maths", ["root", "sum"])]);
  for (let times = 0; times < 2; times += 1) {
    const listed = await tools.getTools({ userId: "ada" });
    assert.deepEqual(
      listed.map(({ name, description }) => [name, description]),
      [
        ["sum", "sum.ts"],
        ["root", "mcp:maths"],
      ],
    );
  }
  const problem =
    "the name sum is taken by a tool of sum.ts, which is the one that is used. Give it another name.";
  assert.deepEqual(await tools.getProblems(), [{ source: "mcp:maths", problem }]);
  assert.deepEqual(
    host.logged.map(({ level, message }) => [level, message]),
    [["warn", `tools: mcp:maths: ${problem}`]],
  );
});
