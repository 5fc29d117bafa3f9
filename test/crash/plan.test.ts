import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../../src/testkit/until.ts";
import type { Api, Entry } from "./api.ts";
import { withServer } from "./with-server.ts";

/** Two models; each notes that it was asked. */
const models = `import { appendFileSync } from "node:fs";
const says = { planner: "1. Look\\n2. Leap", worker: "[[step 1]]\\nDone." };
export default { role: "model", name: "planning", priority: 10, create: () => ({
  listModels: async () => Object.keys(says),
  async *generate({ model, messages }) {
    appendFileSync("asked.txt", model + "\\n");
    yield [{ event: "message_tokens", data: { content: says[model], model } }];
    if (model === "worker") yield [{ event: "message_tokens", data: { content: " " + messages.at(-1).content.slice(-8), model } }];
  },
}) };`;

const waiting = (api: Api) =>
  until(
    "it asks",
    async () => (await api.get<readonly { readonly arguments: string }[]>("/api/v1/approvals"))[0],
  );

test("a plan that waits stands over kill -9 and over a stop, is not made again, and goes on as its user left it", async () => {
  await withServer(
    async ({ api, server, folder, startAgain, latest }) => {
      const planMode = { planner: "planner", answerer: "worker", review: true };
      const begun = await api.begin("/api/v1/message", {
        content: "Hi",
        plan_mode: JSON.stringify(planMode),
      });
      const asked = await waiting(api);
      assert.equal(asked.arguments, '[{"text":"Look"},{"text":"Leap"}]');
      await server.kill();
      assert.deepEqual(await waiting(await startAgain()), asked);
      assert.equal((await latest().stop()).code, 0);
      const next = await startAgain();
      assert.deepEqual(await waiting(next), asked);
      const left = '[{"text":"Look","struck":true},{"text":"Laugh"}]';
      await next.post(`/api/v1/turns/${begun.turn_id}/approvals/plan`, { approve: true, arguments: left });
      await Array.fromAsync(next.watch(begun.turn_id));
      assert.equal(readFileSync(join(folder.path, "asked.txt"), "utf8"), "planner\nworker\n");
      const entries = await next.get<readonly Entry[]>(
        `/api/v1/threads/${begun.thread_id}/messages?details=true`,
      );
      assert.deepEqual(
        entries.map(({ role, content, interrupted }) => [role, content, interrupted]),
        [
          ["user", "Hi", undefined],
          ["plan", "1. Look\n2. Leap", undefined],
          ["assistant", "Done. 2. Laugh", undefined],
        ],
      );
    },
    { prepare: (folder) => writeFileSync(join(folder, "plugins", "core", "model.mjs"), models) },
  );
});
