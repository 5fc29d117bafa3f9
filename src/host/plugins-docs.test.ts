import assert from "node:assert/strict";
import { test } from "node:test";
import { docSnippets } from "../../test/support/doc-snippets.ts";
import type { CorePlugin } from "../protocols/plugin.ts";
import { testHost } from "../testkit/test-host.ts";
import { findCorePlugins } from "./find-plugins.ts";
import { pluginRoles, roleMethods } from "./role-methods.ts";

const docs = docSnippets("plugins.md", "tools.md");

const load = async (name: string): Promise<CorePlugin> => {
  const found = await findCorePlugins({ folder: docs.plugins, log: testHost().log });
  const plugin = found.find((candidate) => candidate.plugin.name === name)?.plugin;
  return plugin ?? assert.fail(`${name} is not among ${found.map((each) => each.plugin.name)}`);
};

test("the echo model of the page answers", async () => {
  const host = testHost({ plugins: [await load("echo")] });
  const model = await host.get("model");
  const request = { model: "echo", messages: [{ role: "user", content: "one two" }] } as const;
  const said = (await Array.fromAsync(model.generate(request, new AbortController().signal))).flat();
  assert.deepEqual(
    said.map((event) => event.event === "message_tokens" && event.data.content),
    ["one ", "two"],
  );
  await host.shutdown();
});

test("the plugin of the page that changes another one leaves the rest of it as it is", async () => {
  const ground = {
    ...{ role: "auth", name: "ground" },
    create: () => ({ requestAllowed: async ({ model }: { model: string }) => model === "m" }),
  };
  const rest = Object.fromEntries(Object.keys(roleMethods.auth).map((method) => [method, () => "ground"]));
  const create = () => ({ ...rest, ...ground.create() });
  const host = testHost({ plugins: [{ ...ground, create } as unknown as CorePlugin, await load("curfew")] });
  const auth = await host.get("auth");
  const allowed = (model: string) => auth.requestAllowed({ username: "ada", model });
  host.clock.set("2031-02-03T12:00:00.000Z");
  assert.deepEqual([await allowed("m"), await allowed("other")], [true, false]);
  host.clock.set("2031-02-03T03:00:00.000Z");
  assert.equal(await allowed("m"), false);
  assert.equal(await auth.verifyToken("any"), "ground");
  await host.shutdown();
});

test("the processor of the page answers a message by itself", async () => {
  const host = testHost({ plugins: [await load("forgetful"), await load("echo")] });
  const processor = await host.get("message_processor");
  const place = {
    userId: "me",
    threadId: "t",
    turnId: "n",
    model: "echo",
    systemPrompt: "default",
    settings: {},
    consent: async () => ({ approved: false }),
  };
  const timestamp = host.now().toISOString();
  const entry = {
    id: "m",
    role: "user",
    type: "message_text",
    content: "hello",
    timestamp,
    parentId: null,
  } as const;
  const turn = processor.processMessage({ ...place, message: entry }, new AbortController().signal);
  assert.deepEqual(await Array.fromAsync(turn), [
    [{ event: "message_tokens", data: { content: "hello", model: "echo", timestamp } }],
  ]);
  await host.shutdown();
});

test("the test of the page passes", () => docs.passes("plugins/core/prompts-with-date.test.ts"));

test("the snippets fit the contracts", () => docs.fit());

test("the page lists every role", () => {
  for (const role of pluginRoles) assert.match(docs.pages, new RegExp(`^\\| \`${role}\` +\\|`, "m"));
});
