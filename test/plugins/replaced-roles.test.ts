import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { type Caller, startTestServer, textOf, threadOf } from "../support/test-server.ts";

/** The whole server with these files in its folder of core plugins. */
async function withPlugins(
  files: Readonly<Record<string, string>>,
  use: (ada: Caller, anybody: Caller) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-plugins-"));
  mkdirSync(join(folder, "core"));
  for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, "core", name), source);
  try {
    const server = await startTestServer({ plugins_path: folder });
    try {
      await use(server.as("ada"), server.as(null));
    } finally {
      await server.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Hands in a job and waits for its end. */
async function runJob(caller: Caller, prompt: string) {
  const taken = await caller("/api/v1/jobs", { method: "POST", json: { prompt } });
  const { id } = (await taken.json()) as { id: number };
  await (await caller(`/api/v1/jobs/${id}/events`)).text();
  const { state } = await caller.get<{ state: string }>(`/api/v1/jobs/${id}`);
  return { id, state };
}

const source = (path: string) => new URL(`../../src/${path}`, import.meta.url).href;
const plugin = (role: string, create: string, imports = "") =>
  `${imports}\nexport default { role: ${JSON.stringify(role)}, name: "mine", priority: 10, create: ${create} };\n`;

describe("a plugin in the folder replaces", () => {
  test("auth: who may sign in, and what they may use", () =>
    withPlugins(
      {
        "auth.ts": plugin(
          "auth",
          `() => ({
            authenticateUser: async ({ username, password }) => password === "mellon" ? { username, role: "user" } : undefined,
            createToken: async ({ username }) => "token-of-" + username,
            verifyToken: async (token) => token.startsWith("token-of-")
              ? { user: { username: token.slice(9), role: "user" }, tokenId: token, expiresAt: new Date(Date.now() + 1e6) } : undefined,
            revokeToken: async () => {},
            revokeAllTokens: async () => {},
            requestAllowed: async ({ model }) => model === "beta-mini",
          })`,
        ),
      },
      async (_ada, anybody) => {
        const login = await anybody("/login", {
          method: "POST",
          json: { username: "gimli", password: "mellon" },
        });
        assert.equal(((await login.json()) as { access_token: string }).access_token, "token-of-gimli");
        const headers = { authorization: "Bearer token-of-gimli" };
        const models = await anybody("/api/v1/models", { headers });
        assert.deepEqual(await models.json(), ["beta-mini"]);
      },
    ));

  test("model: what can be asked, and what it says reaches the reader", () =>
    withPlugins(
      {
        "echo-model.ts": plugin(
          "model",
          `(host) => ({
            listModels: async () => ["echo"],
            async *generate({ messages }, signal) {
              for (const word of messages.at(-1)?.content.split(/(?<= )/) ?? []) {
                signal.throwIfAborted();
                yield [{ event: "message_tokens", data: { content: word, model: "echo" } }];
              }
            },
          })`,
        ),
      },
      async (ada) => {
        assert.deepEqual(await ada.get("/api/v1/models"), ["echo"]);
        assert.equal(textOf(await ada.say({ content: "say it again" })), "say it again");
      },
    ));

  test("message_processor: the whole way from a message to an answer", () =>
    withPlugins(
      {
        "processor.ts": plugin(
          "message_processor",
          `(host) => ({
            async *processMessage(turn) {
              yield [{ event: "message_tokens", data: { content: turn.message.content.toUpperCase(), model: turn.model, timestamp: host.now().toISOString() } }];
            },
          })`,
        ),
      },
      async (ada) => {
        const events = await ada.say({ content: "loud" });
        assert.equal(textOf(events), "LOUD");
        const rows = await ada.get<{ content: string }[]>(`/api/v1/threads/${threadOf(events)}/messages`);
        assert.deepEqual(
          rows.map(({ content }) => content),
          ["loud", "LOUD"],
        );
      },
    ));

  test("system_prompt: what can be chosen", () =>
    withPlugins(
      {
        "prompts.ts": plugin(
          "system_prompt",
          `() => ({
            getPrompt: async ({ key }) => key === "pirate" ? "Talk like a pirate." : undefined,
            listPrompts: async () => ({ pirate: "Arr" }),
            getAllPrompts: async () => ({ pirate: { content: "Talk like a pirate.", description: "Arr" } }),
          })`,
        ),
      },
      async (ada) => {
        assert.deepEqual(await ada.get("/api/v1/system_prompts"), { pirate: "Arr" });
      },
    ));

  test("context: what the model is shown", () =>
    withPlugins(
      {
        "context.ts": plugin(
          "context",
          `() => {
            const refuse = async () => { throw new Error("not used"); };
            return {
              getContext: async () => [{ role: "user", content: "something else entirely", id: "x" }],
              addMessage: async (_at, message) => message.id ?? "x",
              getMutationCount: async () => 0, getMessage: refuse, updateMessage: refuse, removeMessages: refuse,
              updateContext: refuse, regenerateContext: refuse, invalidateContext: async () => {},
            };
          }`,
        ),
        "model.ts": plugin(
          "model",
          `() => ({
            listModels: async () => ["echo"],
            async *generate({ messages }) {
              yield [{ event: "message_tokens", data: { content: messages.at(-1).content, model: "echo" } }];
            },
          })`,
        ),
      },
      async (ada) => {
        assert.equal(textOf(await ada.say({ content: "Hello" })), "something else entirely");
      },
    ));

  test("store: where everything is kept", () =>
    withPlugins(
      {
        "store.ts": plugin(
          "store",
          `(host) => { const store = memoryStore({ now: host.now, newId: host.newId }); host.log.info({}, "mine"); return store; }`,
          `import { memoryStore } from ${JSON.stringify(source("testkit/memory-store.ts"))};`,
        ),
      },
      async (ada) => {
        const thread = threadOf(await ada.say({ content: "kept in memory" }));
        assert.equal((await ada.get<{ id: string }[]>("/api/v1/search?q=memory"))[0]?.id, thread);
      },
    ));

  test("thread: how conversations are kept", () =>
    withPlugins(
      {
        "threads.ts": plugin(
          "thread",
          `async (host) => {
            const threads = await threadsPlugin.create(host);
            return { ...threads, createThread: (thread) => threads.createThread({ ...thread, title: "My " + thread.title }) };
          }`,
          `import { threadsPlugin } from ${JSON.stringify(source("core/threads/plugin.ts"))};`,
        ),
      },
      async (ada) => {
        await ada.say({ content: "title" });
        assert.equal((await ada.get<{ title: string }[]>("/api/v1/threads"))[0]?.title, "My title");
      },
    ));

  test("bus: how readers hear of what goes on", () =>
    withPlugins(
      {
        "bus.ts": plugin(
          "bus",
          `() => {
            const bus = memoryBus();
            return { ...bus, append: (topic, data) => bus.append(topic, data.map((line) => line.replace("secret", "******"))) };
          }`,
          `import { memoryBus } from ${JSON.stringify(source("core/bus/memory-bus.ts"))};`,
        ),
        "model.ts": plugin(
          "model",
          `() => ({
            listModels: async () => ["m"],
            async *generate() { yield [{ event: "message_tokens", data: { content: "a secret", model: "m" } }]; },
          })`,
        ),
      },
      async (ada) => {
        assert.equal(textOf(await ada.say({ content: "Tell me" })), "a ******");
      },
    ));

  test("tools and functions: what the model can call, and what its words pass", () =>
    withPlugins(
      {
        "tools.ts": plugin(
          "tools",
          `() => ({
            getTools: async () => [{ name: "double", description: "Doubles.", parameters: { type: "object" }, execute() {} }],
            async *call({ arguments: args }) { yield "doubling"; return { content: String(2 * JSON.parse(args).n) }; },
            getProblems: async () => [],
          })`,
        ),
        "functions.ts": plugin(
          "functions",
          `() => ({
            getFunctions: async () => [{ name: "polite", filterStream: (events) => events.map((event) =>
              event.event === "message_tokens" ? { ...event, data: { ...event.data, content: event.data.content + ", please" } } : event) }],
            getProblems: async () => [],
          })`,
        ),
        "model.ts": plugin(
          "model",
          `() => ({
            listModels: async () => ["m"],
            async *generate({ messages, tools }) {
              const last = messages.at(-1);
              yield [last.role === "tool"
                ? { event: "message_tokens", data: { content: last.content, model: "m" } }
                : { event: "tool_call", data: { id: "c", name: tools[0].name, arguments: '{"n":21}', model: "m" } }];
            },
          })`,
        ),
      },
      async (ada) => {
        const events = await ada.say({ content: "Twice 21" });
        assert.equal(textOf(events), "42, please");
        const lines = events.flatMap(({ event, data }) => (event === "tool_update" ? [data.content] : []));
        assert.deepEqual(lines, ['🔧 Calling double({"n":21})', "double: doubling", "✅ double: 42"]);
      },
    ));

  test("queue: which job runs when, and under which number", () =>
    withPlugins(
      {
        "queue.ts": plugin(
          "queue",
          `() => {
            const jobs = [];
            let wake = () => {};
            return {
              async send(job) {
                const id = 701 + jobs.length;
                jobs.push({ ...job, id, attempt: 1 });
                wake();
                return id;
              },
              async work(queue, options, run, signal) {
                signal.addEventListener("abort", () => wake());
                for (let next = 0; !signal.aborted; )
                  if (next < jobs.length) await run(jobs[next++], signal);
                  else await new Promise((resolve) => { wake = resolve; });
              },
              cancel: async () => false,
            };
          }`,
        ),
      },
      async (ada) => {
        assert.deepEqual(await runJob(ada, "Anybody there?"), { id: 701, state: "done" });
        assert.deepEqual(await runJob(ada, "And now?"), { id: 702, state: "done" });
      },
    ));

  test("commands: what a slash means", () =>
    withPlugins(
      {
        "commands.ts": plugin(
          "commands",
          `() => ({
            getCommands: async () => [{ name: "ping", help: "Is anybody there?" }],
            complete: async (text) => [{ value: "/ping", text: "/ping", whole: true }],
            run: async (text, { userId }) => text === "/ping" ? { text: "pong, " + userId } : undefined,
            getProblems: async () => [],
          })`,
        ),
      },
      async (ada) => {
        assert.deepEqual(await ada.get("/api/v1/commands"), [{ name: "ping", help: "Is anybody there?" }]);
        const run = (text: string) => ada("/api/v1/commands", { method: "POST", json: { text } });
        assert.deepEqual(await (await run("/ping")).json(), { text: "pong, ada" });
        assert.equal((await run("/models")).status, 404);
        const suggested = await ada("/api/v1/commands/complete", { method: "POST", json: { text: "/" } });
        assert.deepEqual(await suggested.json(), [{ value: "/ping", text: "/ping", whole: true }]);
      },
    ));
});

/** The built-in plugins: their role, file and export. */
const builtIn = [
  ["auth", "core/auth/plugin.ts", "yamlAuthPlugin"],
  ["model", "core/models/plugin.ts", "modelRouterPlugin"],
  ["thread", "core/threads/plugin.ts", "threadsPlugin"],
  ["store", "core/stores/sqlite/plugin.ts", "sqliteStorePlugin"],
  ["context", "core/context/plugin.ts", "contextPlugin"],
  ["system_prompt", "core/prompts/yaml-prompts.ts", "yamlPromptsPlugin"],
  ["message_processor", "core/processor/process-message.ts", "messageProcessorPlugin"],
  ["bus", "core/bus/plugin.ts", "busPlugin"],
  ["queue", "core/queue/plugin.ts", "storeQueuePlugin"],
  ["tools", "core/tools/plugin.ts", "toolsPlugin"],
  ["functions", "core/functions/plugin.ts", "functionsPlugin"],
  ["commands", "core/commands/plugin.ts", "commandsPlugin"],
] as const;

test("every role that the server fills can be somebody else's at the same time", async () => {
  const asked = new Set<string>();
  Object.assign(globalThis, { rolesAsked: asked });
  const files = builtIn.map(([role, file, name]) => {
    // Notes that its role was asked for something, and passes everything on to the built-in part.
    const create = `async (host) => new Proxy(await ${name}.create(host), {
      get(part, key) {
        const value = part[key];
        return typeof value !== "function" || key === "then" ? value
          : (...args) => { globalThis.rolesAsked.add(${JSON.stringify(role)}); return value.apply(part, args); };
      },
    })`;
    return [`${role}.ts`, plugin(role, create, `import { ${name} } from ${JSON.stringify(source(file))};`)];
  });
  await withPlugins(Object.fromEntries(files), async (ada) => {
    const events = await ada.say({ content: "Anybody there?" });
    assert.equal(events.at(-1)?.event, "stream_end");
    assert.equal((await runJob(ada, "And now?")).state, "done");
    await ada.get("/api/v1/commands");
    assert.deepEqual([...asked].toSorted(), builtIn.map(([role]) => role).toSorted());
  });
});

describe("a bad plugin stops the start, naming file, role and method", () => {
  test("when it lacks a method", async () => {
    const starting = withPlugins(
      { "half.ts": plugin("model", "() => ({ listModels: async () => [] })") },
      async () => {},
    );
    await assert.rejects(starting, (error: Error & { code: string }) => {
      assert.equal(error.code, "plugin_invalid");
      assert.match(error.message, /half\.ts.*model.*generate/s);
      return true;
    });
  });

  test("when it throws while loading", async () => {
    const starting = withPlugins({ "broken.ts": 'throw new Error("no luck");' }, async () => {});
    await assert.rejects(starting, /broken\.ts.*no luck/s);
  });
});
