import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { until } from "../../src/testkit/until.ts";
import type { Entry } from "./api.ts";
import { addPlugin } from "./data-folder.ts";
import { withServer } from "./with-server.ts";

/** Waits until what the running turn said is on the disk: it says all of it at once. */
async function saidOnDisk(folder: string): Promise<void> {
  const database = new DatabaseSync(`${folder}/skeleton.db`, { readOnly: true, timeout: 5_000 });
  const count = database.prepare(
    `select count(*) as items from "store.running_turns.items" where item like '%tool_call%'`,
  );
  await until("it is on the disk", () => count.get()?.items);
  database.close();
}

test("after kill -9 in mid-turn its tools and its tokens are told as they were seen", async () => {
  const prepare = (folder: string) => addPlugin(folder, "tool-talker.ts", "toolTalkerPlugin");
  await withServer(
    async ({ api, server, folder, startAgain }) => {
      const { thread_id: threadId } = await api.begin("/api/v1/message", { content: "How many?" });
      await saidOnDisk(folder.path);
      await server.kill();
      const path = `/api/v1/threads/${threadId}/messages?details=true`;
      const entries = await (await startAgain()).get<readonly (Entry & { readonly turn?: object })[]>(path);
      const { content, interrupted, turn } = entries.at(-1) ?? assert.fail("nothing was said");
      assert.deepEqual([content, interrupted], ["Let me look.", true]);
      const started = "2026-01-01T00:00:00.000Z";
      const { usage, calls, cut_by } = turn as Record<string, unknown>;
      assert.deepEqual(usage, { prompt_tokens: 3, completion_tokens: 2 });
      assert.equal(cut_by, "server");
      assert.deepEqual(calls, [
        {
          ...{ call_id: "a", name: "look", arguments: '{"at":"bone"}', before: null },
          ...{ started, ended: started, result: "24 ribs" },
        },
        { call_id: "b", name: "count", arguments: "{}", before: null, started },
      ]);
    },
    { prepare },
  );
});
