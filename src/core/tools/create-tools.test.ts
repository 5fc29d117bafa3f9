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
