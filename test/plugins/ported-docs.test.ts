import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { functionsPlugin } from "../../src/core/functions/plugin.ts";
import { toolsPlugin } from "../../src/core/tools/plugin.ts";
import { testHost } from "../../src/testkit/test-host.ts";
import { thought, word } from "../support/scripted-processor.ts";

/* docs/plugins.md says how the plugins of the original are written here; these are its two examples. */

const page = readFileSync(new URL("../../docs/plugins.md", import.meta.url), "utf8");
const scratch = mkdtempSync(join(tmpdir(), "skeleton-docs-"));
for (const [, path = "", text = ""] of page.matchAll(/```ts\n\/\/ (plugins\/\w+\/ported\.ts)\n(.*?)```/gs)) {
  mkdirSync(dirname(join(scratch, path)), { recursive: true });
  writeFileSync(join(scratch, path), text);
}
const config = { plugins_path: join(scratch, "plugins") };
const host = testHost({ config, plugins: [toolsPlugin, functionsPlugin] });
after(async () => {
  await host.shutdown();
  rmSync(scratch, { recursive: true });
});
const place = { userId: "ada", threadId: "t", turnId: "n", signal: new AbortController().signal };

test("the class of the page is a tool with progress, a result and a user that the model is not shown", async () => {
  const tools = await host.get("tools");
  assert.deepEqual(await tools.getProblems(), []);
  const [forecast] = await tools.getTools(place);
  assert.equal(forecast?.name, "forecast");
  assert.deepEqual(forecast.parameters, {
    type: "object",
    properties: {
      city: { type: "string", description: "where" },
      days: { type: "integer", description: "how many days from now", default: 3 },
      unit: { type: "string", enum: ["c", "f"], default: "c" },
    },
    required: ["city"],
    additionalProperties: false,
  });
  const call = async (city: string) => {
    const calling = tools.call(
      { id: "c", name: "forecast", arguments: JSON.stringify({ city }) },
      { ...place, host },
    );
    return [await calling.next(), await calling.next()].map(({ value }) => value);
  };
  assert.deepEqual(await call("Oslo"), [
    "looking 3 days ahead",
    { content: '{"city":"Oslo","days":3,"unit":"c","asked_by":"ada"}' },
  ]);
  assert.deepEqual(await call("Atlantis"), [
    "looking 3 days ahead",
    { content: "Error executing tool forecast: no such city", failed: true },
  ]);
});

test("the function of the page changes message, model, prompt and tools, and drops what it does not want", async () => {
  const functions = await host.get("functions");
  assert.deepEqual(await functions.getProblems(), []);
  const [ported] = await functions.getFunctions();
  const message = { role: "user", content: " Hello " } as const;
  const tools = ["erase", "forecast"].map((name) => ({ name, description: "", parameters: {} }));
  const changed = await ported?.preCall?.(
    { message, model: "large", systemPrompt: "Be kind.", tools },
    place,
  );
  assert.deepEqual(changed, {
    message: { role: "user", content: "Hello" },
    model: "small",
    systemPrompt: "Be kind. Be brief.",
    tools: tools.slice(1),
  });
  assert.equal(await ported?.filterStream?.([thought("hm")], place), null);
  assert.equal(await ported?.filterStream?.([thought("hm"), word("ok")], place), undefined);
  assert.deepEqual(await ported?.postCall?.({ role: "assistant", content: "ok" }, place), {
    role: "assistant",
    content: "OK",
  });
});
