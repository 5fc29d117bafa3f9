import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { hear, testHost } from "../../../../test/support/model-host.ts";
import type { ModelRequest } from "../../../protocols/model.ts";
import { modelContract } from "../../../testkit/model-contract.ts";
import { createModelRouter } from "../plugin.ts";

/*
 * A provider package as AI SDK packages are made, installed into a folder of its own. What its models say is handed in
 * through the `headers` of its configuration by a name; what it was asked is left in `globalThis.scriptedSdk`.
 */
const packageSource = `
globalThis.scriptedSdk ??= { scripts: {}, asked: [] };
export const VERSION = "1";
export function createScripted({ name, apiKey, baseURL, headers }) {
  const languageModel = (id) => ({
    specificationVersion: headers.spec ?? "v4",
    provider: name + ".chat",
    modelId: id,
    async doStream(options) {
      globalThis.scriptedSdk.asked.push({ id, apiKey, baseURL, options });
      return { stream: globalThis.scriptedSdk.scripts[headers.script](options) };
    },
  });
  return { languageModel };
}
`;

type Part = Readonly<Record<string, unknown>>;
type Script = (options: { abortSignal: AbortSignal }) => ReadableStream<Part>;
type Scripted = {
  scripts: Record<string, Script>;
  asked: { id: string; options: Record<string, unknown> }[];
};

const folder = mkdtempSync(join(tmpdir(), "skeleton-sdk-"));
after(() => rmSync(folder, { recursive: true, force: true }));
for (const [name, source] of [
  ["@scripted/provider", packageSource],
  ["not-a-provider", "export const nothing = 1;"],
  ["broken-provider", "throw new Error('boom');"],
] as const) {
  const home = join(folder, "node_modules", name);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), JSON.stringify({ name, type: "module", exports: "./index.js" }));
  writeFileSync(join(home, "index.js"), source);
}
const scripted: Scripted = { scripts: {}, asked: [] };
Object.assign(globalThis, { scriptedSdk: scripted });

/** A stream of these parts; a function among them is called when its turn comes, and may throw or wait. */
function parts(...list: readonly (Part | (() => Part | Promise<Part>))[]): Script {
  return () => {
    const rest = [...list];
    return new ReadableStream({
      async pull(controller) {
        const next = rest.shift();
        if (next === undefined) controller.close();
        else controller.enqueue(typeof next === "function" ? await next() : next);
      },
    });
  };
}

async function open(script: Script, more: { spec?: string; models?: Record<string, unknown> } = {}) {
  const name = `script-${Object.keys(scripted.scripts).length}`;
  scripted.scripts[name] = script;
  const { host } = testHost({
    retries: 0,
    ...more.models,
    providers: {
      mine: {
        type: "@scripted/provider",
        api_key: "sk-sdk-secret",
        models: ["thinker"],
        headers: { script: name, spec: more.spec ?? "v4" },
      },
    },
  });
  return createModelRouter(host, {
    packageFolders: [join(folder, "missing"), folder],
    sleep: async () => {},
  });
}

const finish = {
  type: "finish",
  finishReason: { unified: "tool-calls", raw: "tool_use" },
  usage: { inputTokens: { total: 5 }, outputTokens: { total: 7 } },
};
const text = (delta: string) => ({ type: "text-delta", id: "1", delta });

modelContract("the router over an AI SDK package", async (kind) => {
  const left = Promise.withResolvers<void>();
  const router = await open((options) => {
    options.abortSignal.addEventListener("abort", () => left.resolve());
    const last = kind === "answers" ? finish : () => new Promise<Part>(() => {});
    return parts(text("Hello"), last)(options);
  });
  return { model: router, id: "thinker", stopped: () => left.promise, close: async () => {} };
});

test("parts become events: reasoning, text, tool calls, usage, finish", async () => {
  const router = await open(
    parts(
      { type: "stream-start", warnings: [] },
      { type: "response-metadata", id: "x" },
      { type: "reasoning-start", id: "0" },
      { type: "reasoning-delta", id: "0", delta: "Hm. " },
      text("<think>Oh</think>Let me look."),
      { type: "tool-input-start", id: "c1", toolName: "look" },
      { type: "tool-input-delta", id: "c1", delta: '{"a":1}' },
      { type: "tool-call", toolCallId: "c1", toolName: "look", input: '{"a":1}' },
      { type: "tool-call", toolCallId: "c2", toolName: "theirs", input: "{}", providerExecuted: true },
      { type: "ping" },
      finish,
    ),
  );
  const heard = await hear(router, { model: "thinker" });
  assert.deepEqual([heard.thinking, heard.text], ["Hm. Oh", "Let me look."]);
  assert.deepEqual(heard.calls, [{ id: "c1", name: "look", arguments: '{"a":1}' }]);
  assert.deepEqual(heard.usage, { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 });
  assert.equal(heard.finish, "tool_calls");
});

test("the older specification's usage and finish are read too", async () => {
  const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
  const old = { type: "finish", finishReason: "content-filter", usage };
  const heard = await hear(await open(parts(text("x"), old), { spec: "v2" }), { model: "thinker" });
  assert.deepEqual(heard.usage, { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 });
  assert.equal(heard.finish, "content_filter");
});

test("a request is said in the package's words", async () => {
  const request: Partial<ModelRequest> = {
    model: "thinker",
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi" },
      {
        role: "assistant",
        content: "",
        reasoning_content: "Hm",
        tool_calls: [{ id: "c", name: "t", arguments: '{"a":1}' }],
      },
      { role: "tool", tool_call_id: "c", content: "done" },
      { role: "assistant", content: "", tool_calls: [{ id: "d", name: "t", arguments: "{oops" }] },
    ],
    tools: [{ name: "t", description: "d", parameters: { type: "object" } }],
    settings: { temperature: 0.5, max_tokens: 9, stop: "END", reasoning_effort: "low", cache_control: true },
  };
  await hear(await open(parts(finish)), request);
  const { id, options } = scripted.asked.at(-1) ?? assert.fail("nobody was asked");
  const { abortSignal, ...said } = options;
  assert.equal(abortSignal instanceof AbortSignal, true);
  assert.equal(id, "thinker");
  assert.deepEqual(said, {
    prompt: [
      { role: "system", content: "Be brief." },
      { role: "user", content: [{ type: "text", text: "Hi" }] },
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Hm" },
          { type: "tool-call", toolCallId: "c", toolName: "t", input: { a: 1 } },
        ],
      },
      {
        role: "tool",
        content: [
          { type: "tool-result", toolCallId: "c", toolName: "t", output: { type: "text", value: "done" } },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "tool-call", toolCallId: "d", toolName: "t", input: { invalid_arguments: "{oops" } },
        ],
      },
    ],
    tools: [{ type: "function", name: "t", description: "d", inputSchema: { type: "object" } }],
    temperature: 0.5,
    maxOutputTokens: 9,
    stopSequences: ["END"],
    reasoning: "low",
    providerOptions: { mine: { cacheControl: true } },
  });
});

test("faults keep what came before and have their codes", async () => {
  const never = () => new Promise<Part>(() => {});
  const refusal = Object.assign(new Error("key sk-sdk-secret is wrong"), {
    statusCode: 401,
    responseHeaders: {},
  });
  const cases: readonly [Script, string, string, RegExp][] = [
    [
      parts(text("a"), { type: "error", error: { message: "overloaded" } }),
      "a",
      "upstream_refused",
      /overloaded/,
    ],
    [parts(text("a"), () => Promise.reject(new Error("socket gone"))), "a", "upstream_broken", /socket gone/],
    [parts(text("a")), "a", "upstream_broken", /before it was complete/],
    [parts(text("a"), never), "a", "upstream_timeout", /no more of its answer/],
    [parts(never), "", "upstream_timeout", /no answer/],
    [
      () => {
        throw refusal;
      },
      "",
      "upstream_refused",
      /status 401: key \*\*\* is wrong/,
    ],
    [
      () => {
        throw new Error("connect ECONNREFUSED");
      },
      "",
      "upstream_unreachable",
      /ECONNREFUSED/,
    ],
  ];
  for (const [script, said, code, words] of cases) {
    const limit = code === "upstream_timeout" ? 50 : 5000;
    const models = { first_byte_timeout_ms: limit, idle_timeout_ms: limit };
    const heard = await hear(await open(script, { models }), { model: "thinker" });
    assert.deepEqual([heard.text, heard.error?.code], [said, code]);
    assert.match(heard.error?.message ?? "", words);
    assert.doesNotMatch(heard.error?.message ?? "", /secret/);
  }
});

test("what says it is overloaded is asked again, as long as it has said nothing", async () => {
  let asked = 0;
  const busy = Object.assign(new Error("busy"), { statusCode: 529, responseHeaders: { "retry-after": "0" } });
  const router = await open(
    (options) => {
      asked++;
      if (asked === 1) throw busy;
      return parts(text("now"), finish)(options);
    },
    { models: { retries: 1 } },
  );
  const heard = await hear(router, { model: "thinker" });
  assert.deepEqual([heard.text, asked], ["now", 2]);
});

test("a package that is missing, broken or no provider stops the start and says what to do", async () => {
  const wrong = async (type: string, words: RegExp, models: readonly string[] | undefined = ["m"]) => {
    const { host } = testHost({ providers: { p: { type, ...(models && { models }) } } });
    await assert.rejects(createModelRouter(host, { packageFolders: [folder] }), (error: Error) => {
      const { code, hint } = error as Error & { code?: string; hint?: string };
      assert.equal(code, "config_invalid");
      assert.match(`${error.message} ${hint}`, words);
      return true;
    });
  };
  await wrong(
    "@ai-sdk/nowhere",
    /p: the package @ai-sdk\/nowhere is not installed\. Run: npm install @ai-sdk\/nowhere/,
  );
  await wrong("not-a-provider", /no AI SDK provider/);
  await wrong("broken-provider", /cannot be loaded/);
  await wrong("../escape", /not the name of an npm package/);
  await wrong("@scripted/provider", /models` is missing/, []);
});
