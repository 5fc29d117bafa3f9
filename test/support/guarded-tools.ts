import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ScriptedReply } from "../../src/testkit/scripted-reply.ts";

/** Two tools: `send` is asked for each time, `look` once a thread. They answer with their arguments. */
const tools = `const tool = (name, approve) => ({ name, approve, description: name, parameters: { type: "object" }, execute() {} });
export default { role: "tools", name: "guarded", priority: 10, create: () => ({
  getTools: async () => [tool("send", "always"), tool("look", "once")],
  async *call({ name, arguments: args }) { return { content: name + " did " + args }; },
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
