import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { withServer } from "./with-server.ts";
import { question } from "./wordy-upstream.ts";

const allow =
  ({ host }: Receiver) =>
  (folder: string) =>
    appendFileSync(
      join(folder, "skeleton.yaml"),
      `outbound:\n  allow: ["${host}"]\nwebhooks:\n  first_pause_ms: 500\n  timeout_ms: 500\n`,
    );

test("messages that their receivers have not taken are sent by the next server after kill -9, under their ids", async () => {
  const receiver = await startReceiver();
  try {
    await withServer(
      async ({ api, server, startAgain }) => {
        receiver.script("/hook", { status: 503 });
        await api.post("/api/v1/webhooks", { url: `${receiver.url}/hook`, events: ["thread_created"] });
        receiver.script("/job", { status: 503 });
        await api.post("/api/v1/jobs", { prompt: "Hi", callback_url: `${receiver.url}/job` });
        await api.post("/api/sessions", { title: "Told of twice" });
        const first = [
          await receiver.wait(({ path }) => path === "/hook"),
          await receiver.wait(({ path }) => path === "/job"),
        ];
        await server.kill();
        await startAgain();
        for (const one of first) {
          const id = one.headers["webhook-id"];
          const again = await receiver.wait((other) => other !== one && other.headers["webhook-id"] === id);
          assert.deepEqual([again.path, again.text], [one.path, one.text]);
        }
      },
      { prepare: allow(receiver) },
    );
  } finally {
    receiver.close();
  }
});

test("the end of a turn that was killed is told by the server that closes it", async () => {
  const receiver = await startReceiver();
  try {
    await withServer(
      async ({ api, server, startAgain }) => {
        await api.post("/api/v1/webhooks", { url: `${receiver.url}/turns`, events: ["turn_ended"] });
        const begun = await api.begin("/api/v1/message", { content: question("all", 500, 20) });
        for await (const { event } of api.watch(begun.turn_id)) if (event === "message_tokens") break;
        await server.kill();
        await startAgain();
        const { json } = await receiver.wait(({ path }) => path === "/turns");
        assert.deepEqual([json.data.turn_id, json.data.state], [begun.turn_id, "interrupted"]);
      },
      { prepare: allow(receiver) },
    );
  } finally {
    receiver.close();
  }
});
