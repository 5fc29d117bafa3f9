import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { importSkeleton } from "../../src/cli/import/import-skeleton.ts";
import { makePythonSkeleton, type PythonThread } from "../support/python-skeleton-database.ts";
import { inHouse, newHome } from "./house.ts";
import { newFolder, runSkeleton } from "./skeleton-process.ts";

const times = { created: "2024-05-06T07:08:09.123456", updated: "2024-06-07T08:09:10" };
/** What the original's clock said, as it is told here. */
const utc = (local: string) => new Date(local).toISOString();

const entry = (role: string, content: string, more: object = {}) => ({
  ...{ role, type: role === "tool" ? "tool_update" : "message_text", content },
  ...{ timestamp: times.created, ...more },
});

const talk: PythonThread = {
  ...{ id: "5b2c0a7e-0000-4000-8000-000000000001", user: "ada", title: "Sums", ...times },
  items: [
    entry("user", "2+5?"),
    entry("thinking", "add them up"),
    entry("assistant", "I shall add.", { model: "alpha" }),
    entry("tool", "🔧 Calling sum({})", { aux_id: "call_9" }),
    entry("assistant", "Sieben, natürlich.", { model: "beta" }),
    "no JSON",
    entry("system", "unheard of"),
  ],
  context: [
    { _id: "1", role: "user", content: "2+5?" },
    {
      ...{ _id: "2", id: "2", role: "assistant", content: "I shall add.", model: "alpha" },
      tool_calls: [{ id: "call_9", type: "function", function: { name: "sum", arguments: "{}" } }],
    },
    { _id: "3", role: "tool", tool_call_id: "call_9", content: "7" },
    { _id: "4", role: "assistant", content: "", id: null },
    { _id: "5", role: "assistant", content: "Sieben, natürlich." },
  ],
};
/** Its context says what its history says. */
const plain: PythonThread = {
  ...{ id: "plain", user: "ada", title: "Plain", ...times },
  items: [entry("user", "Hi"), entry("assistant", "Hel"), entry("thinking", "?"), entry("assistant", "lo")],
  context: [
    { _id: "1", role: "user", content: "Hi" },
    { _id: "2", role: "assistant", content: "Hello" },
  ],
};
const threads: readonly PythonThread[] = [
  talk,
  plain,
  {
    id: "old",
    user: "ada",
    title: "Put away",
    archived: true,
    model: "default",
    ...times,
    items: [entry("user", "hidden")],
  },
  { id: "hers", user: "Eve Smith", title: "Hers", ...times, items: [] },
  { id: "his", user: "bob", title: "His", ...times, items: [entry("user", "mine")] },
];

test("threads come over to the users of the same names; a second run adds nothing", async () => {
  const file = join(newFolder(), "skeleton.db");
  const original = makePythonSkeleton(file, threads);
  const bytes = readFileSync(file);
  const home = newHome("ada", "eve");
  const flags = ["--user", "Eve Smith=eve"];
  const first = await runSkeleton(["import", "skeleton", file, ...flags], { cwd: home });
  assert.equal(first.code, 1, "somebody was left out");
  assert.match(first.stdout, /^threads: {2}4 added, 0 were there already$/m);
  assert.match(first.stdout, /^messages: 10 added, 0 were there already$/m);
  assert.match(first.stdout, /^contexts: 1 added, 0 were there already$/m);
  assert.match(
    first.stdout,
    /^left out: the threads of users who are not here: "bob" \(1\)\n.*skeleton users -u/m,
  );
  assert.match(first.stdout, /^left out: 2 messages that cannot be read$/m);

  await inHouse(home, async ({ host, threads: here }) => {
    const again = await importSkeleton(host, file, { user: ["Eve Smith=eve", "bob="] });
    assert.match(again.summary, /^threads: {2}0 added, 4 were there already$/m);
    assert.match(again.summary, /^messages: 0 added, 10 were there already$/m);
    assert.match(again.summary, /^left out: as you said, the threads of "bob" \(1\)$/m);
    assert.equal(again.complete, true);

    const at = { userId: "ada", threadId: talk.id };
    const thread = await here.getThread(at);
    assert.deepEqual(
      [thread.title, thread.model, thread.systemPrompt, thread.created, thread.updated, thread.archived],
      ["Sums", "alpha", "code-assistant", utc(times.created), utc(times.updated), false],
    );
    assert.deepEqual(
      (await here.getThreadMessages(at)).map(({ role, type, content, timestamp, model, callId }) => [
        ...[role, type, content, timestamp === utc(times.created), model, callId],
      ]),
      [
        ["user", "message_text", "2+5?", true, undefined, undefined],
        ["thinking", "message_text", "add them up", true, undefined, undefined],
        ["assistant", "message_text", "I shall add.", true, "alpha", undefined],
        ["tool", "tool_update", "🔧 Calling sum({})", true, undefined, "call_9"],
        ["assistant", "message_text", "Sieben, natürlich.", true, "beta", undefined],
      ],
    );
    const context = await host.get("context");
    assert.deepEqual(
      (await context.getContext(at)).map(({ id: _, ...message }) => message),
      [
        { role: "user", content: "2+5?" },
        {
          ...{ role: "assistant", content: "I shall add." },
          tool_calls: [{ id: "call_9", name: "sum", arguments: "{}" }],
        },
        { role: "tool", tool_call_id: "call_9", content: "7" },
        { role: "assistant", content: "Sieben, natürlich." },
      ],
    );
    assert.deepEqual(
      (await context.getContext({ userId: "ada", threadId: "plain" })).map(({ content }) => content),
      ["Hi", "Hello"],
    );
    const [hit] = await here.searchThreads({ userId: "ada", query: "natürlich" });
    assert.equal(hit?.thread.id, talk.id);
    assert.deepEqual(await here.searchThreads({ userId: "ada", query: "hidden" }), []);
    const [old] = await here.getThreads({ userId: "ada" }, { archived: true });
    assert.deepEqual([old?.title, old?.model, old?.updated], ["Put away", "", utc(times.updated)]);
    assert.equal((await here.getThreads({ userId: "eve" }))[0]?.title, "Hers");
  });
  assert.deepEqual(readFileSync(file), bytes);
  original.close();
});

test("a dry run writes nothing, and what is no such database is told", async () => {
  const file = join(newFolder(), "skeleton.db");
  makePythonSkeleton(file, threads).close();
  const home = newHome("ada");
  await inHouse(home, async ({ host, threads: here }) => {
    const { summary } = await importSkeleton(host, file, { user: [], dryRun: true });
    assert.match(summary, /^threads: {2}3 would be added, 0 were there already$/m);
    assert.match(summary, /nothing was written/);
    assert.deepEqual(await here.getThreads({ userId: "ada" }), []);
    const own = join(home, "skeleton.db");
    await assert.rejects(importSkeleton(host, own, { user: [] }), { hint: /skeleton export/ });
    const text = join(home, "users.yaml");
    await assert.rejects(importSkeleton(host, text, { user: [] }), { message: /cannot be read/ });
    await assert.rejects(importSkeleton(host, join(home, "none"), { user: [] }), { message: /no file/ });
  });
});
