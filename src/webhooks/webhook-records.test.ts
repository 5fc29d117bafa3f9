import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { writeExport } from "../cli/export.ts";
import { memoryStore } from "../testkit/memory-store.ts";
import { testClock } from "../testkit/test-host.ts";
import { addWebhook, createWebhookStores, renewSecret } from "./webhook-records.ts";

test("secrets of webhooks are in no export; the webhooks are", async () => {
  const { now } = testClock();
  const store = memoryStore({ now, newId: () => "id" });
  await createWebhookStores(store);
  const fields = { url: "https://r.example/", events: ["*"], active: true, description: "" };
  const { secret } = await addWebhook(store, { userId: "ann", ...fields }, "wh_1");
  const callbacks = await renewSecret(store, "ann");
  const out = new PassThrough();
  const written = text(out);
  await writeExport(store, out, now());
  out.end();
  const lines = await written;
  assert.match(lines, /wh_1/);
  assert.ok(!lines.includes(secret) && !lines.includes(callbacks));
});
