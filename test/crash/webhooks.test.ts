import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { withServer } from "./with-server.ts";

const allow =
  ({ host }: Receiver) =>
  (folder: string) =>
    appendFileSync(
      join(folder, "skeleton.yaml"),
      `outbound:\n  allow: ["${host}"]\nwebhooks:\n  first_pause_ms: 500\n  timeout_ms: 500\n`,
    );

test("a message that its receiver has not taken is sent by the next server after kill -9, under its id", {
  timeout: 60_000,
}, async () => {
  const receiver = await startReceiver();
  try {
    await withServer(
      async ({ api, server, startAgain }) => {
        receiver.script("/hook", { status: 503 });
        await api.post("/api/v1/webhooks", { url: `${receiver.url}/hook`, events: ["thread_created"] });
        await api.post("/api/sessions", { title: "Told of twice" });
        const first = await receiver.wait(({ path }) => path === "/hook");
        await server.kill();
        await startAgain();
        const second = await receiver.wait((posted) => posted !== first);
        assert.equal(second.headers["webhook-id"], first.headers["webhook-id"]);
        assert.equal(second.text, first.text);
      },
      { prepare: allow(receiver) },
    );
  } finally {
    receiver.close();
  }
});
