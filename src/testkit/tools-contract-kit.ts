import type { TestContext } from "node:test";
import type { Tool, ToolContext } from "../protocols/tool.ts";
import type { ToolOutcome, Tools } from "../protocols/tools.ts";
import { testHost } from "./test-host.ts";

/** Opens one that has these tools for everybody. */
export type OpenTools = (context: TestContext, tools: readonly Tool[]) => Promise<Tools>;

type Written = Partial<Tool> & Pick<Tool, "name" | "execute">;

export const tool = (written: Written): Tool => ({
  description: `Does ${written.name}`,
  parameters: { type: "object", properties: {} },
  ...written,
});

export const host = testHost();
export const place = { userId: "ada", threadId: "thread", turnId: "turn" } as const;

/** Runs a call to its end. */
export async function run(
  tools: Tools,
  name: string,
  args = "",
  signal: AbortSignal = new AbortController().signal,
) {
  const context: ToolContext = { ...place, host, signal };
  const lines: string[] = [];
  const calling = tools.call({ id: "call", name, arguments: args }, context);
  for (;;) {
    const step = await calling.next();
    if (step.done) return { lines, ...step.value } as ToolOutcome & { readonly lines: readonly string[] };
    lines.push(step.value);
  }
}

export const forecast = (execute: Tool["execute"] = (args) => args) =>
  tool({
    name: "forecast",
    parameters: {
      type: "object",
      properties: {
        city: { type: "string" },
        days: { type: "integer", minimum: 1, default: 3 },
        unit: { anyOf: [{ type: "string", enum: ["c", "f"] }, { type: "null" }] },
        hourly: { type: "boolean" },
        tags: { type: "array", items: { type: "string" } },
      },
      required: ["city"],
      additionalProperties: false,
    },
    execute,
  });
