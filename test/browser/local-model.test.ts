import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { testBrowser } from "../support/browser.ts";
import { answers, answersRead, ended, say } from "./parts.ts";

const serve = testBrowser();

/** The models as they are, but asked they say how far they are loaded, and answer once they may. */
const slow = `export default { role: "model", name: "slow", priority: 10, create: async (_host, below) => ({
  ...(await below()),
  async *generate({ model }) {
    yield [{ event: "progress", data: { done: 0.309, model } }];
    await globalThis.slowModelIsLoaded;
    yield [{ event: "message_tokens", data: { content: "Here I am.", model } }];
    yield [{ event: "finish", data: { reason: "stop", model } }];
  },
}) };`;

test("while a model is loaded the answer says how far, and then is nothing but the answer", async (t) => {
  const plugins = mkdtempSync(join(tmpdir(), "skeleton-slow-model-"));
  t.after(() => rmSync(plugins, { recursive: true }));
  mkdirSync(join(plugins, "core"));
  writeFileSync(join(plugins, "core", "slow.js"), slow);
  writeFileSync(join(plugins, "package.json"), `{ "type": "module" }`);
  const loaded = Promise.withResolvers<void>();
  Object.assign(globalThis, { slowModelIsLoaded: loaded.promise });
  const { open } = await serve(t, { plugins_path: plugins });
  const page = await open();
  await say(page, "Are you there?");
  const bar = answers(page).getByRole("progressbar");
  await bar.filter({ hasText: "Loading alpha-large into memory: 30\u00a0%" }).waitFor();
  assert.equal(await bar.getAttribute("aria-valuenow"), "30");
  loaded.resolve();
  await answersRead(page, "Here I am.");
  await ended(page);
  assert.equal(await bar.count(), 0);
});
