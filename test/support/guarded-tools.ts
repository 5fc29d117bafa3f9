import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ScriptedReply } from "../../src/testkit/scripted-reply.ts";

/**
 * `send` is asked for each time, `look` once a thread; they answer with their arguments. `book` asks its user for a form, and
 * answers with what it was told.
 */
const tools = `const form = { type: "object", required: ["seats"], properties: {
  seats: { type: "integer", title: "Seats", description: "How many come", minimum: 1, maximum: 8 },
  where: { type: "string", title: "Where", oneOf: [{ const: "in", title: "Inside" }, { const: "out", title: "Outside" }] },
  news: { type: "boolean", title: "Send me the menu" },
} };
const tool = (name, approve) => ({ name, approve, description: name, parameters: { type: "object" }, execute() {} });
export default { role: "tools", name: "guarded", priority: 10, create: () => ({
  getTools: async () => [tool("send", "always"), tool("look", "once"), tool("book", "never")],
  async *call({ name, arguments: args }, { ask, signal }) {
    if (name === "book") return { content: JSON.stringify(await ask({ message: "A table for today?", from: "inn", form, signal })) };
    return { content: name + " did " + args };
  },
  getProblems: async () => [],
}) };`;

/** A plugins folder with these tools; it is gone when the test is over. */
export function guardedTools(t: { after(remove: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-guarded-"));
  mkdirSync(join(folder, "core"));
  writeFileSync(join(folder, "core", "tools.mjs"), tools);
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A model that calls a tool. */
export const calling = (id: string, name: string, args: object): ScriptedReply => ({
  steps: [
    { toolCalls: [{ index: 0, id, name, arguments: JSON.stringify(args) }] },
    { finish: "tool_calls" },
    { done: true },
  ],
});
