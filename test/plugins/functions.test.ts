import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { TurnEvent } from "../../src/protocols/turn-event.ts";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { type Caller, startTestServer, type TestServer, textOf, threadOf } from "../support/test-server.ts";

const files = {
  // One tool that says how it gets on.
  "core/tools.mjs": `export default { role: "tools", name: "one tool", priority: 10, create: () => ({
    getTools: async () => [{ name: "sum", description: "Adds.", parameters: { type: "object" }, execute() {} }],
    async *call({ name, arguments: args }, { signal }) {
      if (name === "hang") { yield "hanging"; await new Promise((_, no) => signal.addEventListener("abort", () => no(signal.reason))); }
      yield "adding";
      return { content: String(JSON.parse(args).reduce((sum, number) => sum + number, 0)) };
    },
    getProblems: async () => [],
  }) };`,
  "functions/shout.ts": `export default { name: "shout", priority: 5,
    preCall({ message }) { return message.role === "user" ? { message: { ...message, content: message.content + "!" } } : undefined; },
  };`,
  "functions/spell.ts": `export default { name: "spell",
    filterStream: (events) => events.map((event) => event.event !== "message_tokens" ? event
      : { ...event, data: { ...event.data, content: event.data.content.replace("teh", "the") } }),
    async *postCall() { yield "checked"; },
  };`,
  "functions/broken.ts": `throw new Error("no luck");`,
  "functions/fails.ts": `export default { name: "fails", preCall() { throw new Error("as always"); } };`,
};

const folder = mkdtempSync(join(tmpdir(), "skeleton-functions-"));
let server: TestServer;
let ada: Caller;

before(async () => {
  for (const kind of ["core", "functions"]) mkdirSync(join(folder, kind));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const ended = JSON.stringify(join(folder, "ended"));
  writeFileSync(
    join(folder, "functions", "watcher.ts"),
    `import { writeFileSync } from "node:fs";
    export default { name: "watcher", start(host) {
      host.background("watcher", (signal) => new Promise((resolve) =>
        signal.addEventListener("abort", () => { writeFileSync(${ended}, "yes"); resolve(); })));
    } };`,
  );
  server = await startTestServer({ plugins_path: folder });
  ada = server.as("ada");
});
after(() => rmSync(folder, { recursive: true }));

const calls = (id: string, name: string, args: string) => ({
  steps: [
    { toolCalls: [{ index: 0, id, name, arguments: args }] },
    { finish: "tool_calls" },
    { done: true },
  ] as const,
});
const lines = (events: readonly TurnEvent[]) =>
  events.flatMap(({ event, data }) => (event === "tool_update" ? [data.content] : []));
function sent(index: number): readonly (readonly [string, string])[] {
  const messages = server.upstream.requests[index]?.body.messages ?? [];
  return (messages as { role: string; content: string }[]).map(({ role, content }) => [role, content]);
}

let threadId = "";

test("a message passes every hook, and the model's call is run and answered", async () => {
  server.upstream.script(calls("call_9", "sum", "[2,5]"), answer("It is teh number 7."));
  const events = await ada.say({ content: "2+5", system_prompt: "zero" });
  threadId = threadOf(events);
  assert.equal(events[0]?.event, "thread_id");
  assert.equal(events.filter(({ event }) => event === "stream_end").length, 1);
  assert.equal(events.at(-1)?.event, "stream_end");
  assert.equal(textOf(events), "It is the number 7.");
  assert.deepEqual(lines(events), [
    "Error in function fails: as always",
    "spell: checked",
    "🔧 Calling sum([2,5])",
    "sum: adding",
    "✅ sum: 7",
    "Error in function fails: as always",
    "spell: checked",
  ]);
  assert.deepEqual(sent(0), [["user", "2+5!"]]);
  assert.deepEqual(sent(1), [
    ["user", "2+5!"],
    ["assistant", ""],
    ["tool", "7"],
  ]);
});

test("history has the lines by role tool and the text as it was shown", async () => {
  type Row = { role: string; type: string; content: string; call_id?: string };
  const rows = await ada.get<Row[]>(`/api/v1/threads/${threadId}/messages`);
  assert.deepEqual(
    rows.map(({ role }) => role),
    ["user", ...Array(7).fill("tool").toSpliced(6, 0, "assistant")],
  );
  assert.equal(rows[0]?.content, "2+5");
  assert.equal(rows.at(-2)?.content, "It is the number 7.");
  const result = rows.find(({ content }) => content === "✅ sum: 7");
  assert.deepEqual([result?.type, result?.call_id], ["tool_update", "call_9"]);
});

test("the next turn's model is shown the calls, and its own words as it said them", async () => {
  server.upstream.script(answer("Yes."));
  await ada.say({ content: "Sure?", thread_id: threadId, system_prompt: "zero" });
  assert.deepEqual(sent(2), [
    ["user", "2+5!"],
    ["assistant", ""],
    ["tool", "7"],
    ["assistant", "It is teh number 7."],
    ["user", "Sure?!"],
  ]);
});

test("stopping a turn stops its tool, and the call stays in the history", async () => {
  server.upstream.script(calls("call_h", "hang", "[]"));
  const response = await ada("/api/v1/message", {
    method: "POST",
    form: { content: "Hang", thread_id: threadId },
  });
  let text = "";
  for await (const bytes of response.body ?? []) {
    text += Buffer.from(bytes).toString();
    const turn = /"turn_id": ?"([^"]+)"/.exec(text)?.[1];
    if (turn !== undefined && text.includes("hang: hanging") && !text.includes("stream_end"))
      await ada(`/api/v1/turns/${turn}/stop`, { method: "POST" });
  }
  assert.match(text, /"interrupted": ?true/);
  const rows = await ada.get<{ content: string }[]>(`/api/v1/threads/${threadId}/messages`);
  assert.equal(rows.at(-1)?.content, "hang: hanging");
});

test("a function's background work ends with the server", async () => {
  const functions = await server.app.host.get("functions");
  const problems = await functions.getProblems();
  assert.deepEqual(
    problems.map(({ source }) => source.slice(folder.length)),
    ["/functions/broken.ts"],
  );
  assert.equal(existsSync(join(folder, "ended")), false);
  await server.close();
  assert.equal(readFileSync(join(folder, "ended"), "utf8"), "yes");
});
