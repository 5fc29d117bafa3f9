import assert from "node:assert/strict";
import { test } from "node:test";
import type { CorePlugin } from "../protocols/plugin.ts";
import { testHost } from "./test-host.ts";

const prompts = (text: string): CorePlugin<"system_prompt"> => ({
  role: "system_prompt",
  name: "fixed",
  create: (host) => ({
    getPrompt: async () => `${text} ${host.newId()} ${host.now().toISOString()}`,
    listPrompts: async () => ({}),
    getAllPrompts: async () => ({}),
  }),
});

test("a test host has a clock that only the test moves, counted ids and a silent log", async () => {
  const host = testHost({
    plugins: [prompts("hello")],
    config: { models: { retries: 0 }, mode: "ephemeral" },
  });
  const part = await host.get("system_prompt");
  const ask = () => part.getPrompt({ userId: "u", key: "k" });
  assert.equal(await ask(), "hello id-1 2026-01-01T00:00:00.000Z");
  host.clock.advance(1500);
  assert.equal(await ask(), "hello id-2 2026-01-01T00:00:01.500Z");
  host.clock.set("2030-05-05T05:05:05.000Z");
  assert.equal(host.now().toISOString(), "2030-05-05T05:05:05.000Z");
  host.log.info({ a: 1 }, "said");
  assert.deepEqual(host.logged, [{ level: "info", fields: { a: 1 }, message: "said" }]);
  assert.equal(host.config.models.retries, 0);
  assert.equal(host.config.models.list_ttl_ms, 30_000);
  assert.equal(host.config.host, "127.0.0.1");
  await host.shutdown();
});

test("a test host can have the ids of production", async () => {
  const host = testHost({ newId: "real" });
  assert.match(host.newId(), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const [one, next] = [host.newId(), host.newId()];
  assert.ok(one < next);
  await host.shutdown();
});

test("a test host refuses a configuration that the server would refuse", () => {
  assert.throws(() => testHost({ config: { port: 70_000 } }), /port is 70000, but must be a whole number/);
});

test("a test host fetches nothing but what the test says", async () => {
  await assert.rejects(testHost().fetch("https://example.org"), /was given no fetch.*example\.org/);
  const answer = {
    url: "https://example.org/",
    status: 200,
    headers: {},
    body: new Uint8Array(),
    text: () => "hi",
  };
  const host = testHost({ fetch: async () => answer });
  assert.equal((await host.fetch("https://example.org")).text(), "hi");
});
