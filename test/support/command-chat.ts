import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { commandsPlugin } from "../../src/core/commands/plugin.ts";
import { threadsPlugin } from "../../src/core/threads/plugin.ts";
import type { ChatRole } from "../../src/protocols/chat-roles.ts";
import type { ChatChoice } from "../../src/protocols/command.ts";
import type { ModelInfo } from "../../src/protocols/model.ts";
import type { CorePlugin } from "../../src/protocols/plugin.ts";
import type { Thread } from "../../src/protocols/threads.ts";
import type { TurnRequest } from "../../src/protocols/turn-request.ts";
import { memoryStore } from "../../src/testkit/memory-store.ts";
import { testHost } from "../../src/testkit/test-host.ts";

export type ChatSetup = {
  readonly models?: readonly (string | ModelInfo)[];
  /** Names of ada's chat roles; their ids are `r0`, `r1`, ... Absent: prompts that know no roles. */
  readonly roles?: readonly string[];
  readonly prompts?: Readonly<Record<string, string>>;
  /** The model where none is named. */
  readonly defaultModel?: string;
  readonly running?: Readonly<Record<string, string>>;
  /** Where there are commands of plugins. Default: nowhere. */
  readonly pluginsPath?: string;
};

const never = () => assert.fail("no command asks for this");

const twoModels = [
  { id: "alpha-large", provider: "scripted" },
  { id: "beta-mini", provider: "scripted" },
];

/** Commands on a server of one user, ada, who may use every model but those that begin with `secret`. */
export function openChat(context: TestContext, setup: ChatSetup = {}) {
  const { models = twoModels, prompts = { default: "", pirate: "Arr" }, running = {} } = setup;
  const roles = setup.roles?.map((name, index): ChatRole => {
    const time = "2026-01-01T00:00:00.000Z";
    return {
      id: `r${index}`,
      name,
      instructions: "…",
      version: 1,
      shared: index > 0,
      created: time,
      updated: time,
    };
  });
  const roleKeys = (roles ?? []).map(({ id, name }) => [`role:${id}`, name] as const);
  const parts: readonly CorePlugin[] = [
    {
      role: "auth",
      name: "mask",
      create: () => ({
        requestAllowed: async ({ username, model }) => username === "ada" && !model.startsWith("secret"),
        ...{ authenticateUser: never, createToken: never, verifyToken: never },
        ...{ revokeToken: never, revokeAllTokens: never },
      }),
    } satisfies CorePlugin<"auth">,
    {
      role: "model",
      name: "list",
      create: () => ({ listModels: async () => models, generate: never }),
    } satisfies CorePlugin<"model">,
    {
      role: "system_prompt",
      name: "list",
      create: () => ({
        listPrompts: async () => ({ ...prompts, ...Object.fromEntries(roleKeys) }),
        ...{ getPrompt: never, getAllPrompts: never },
        ...(roles && {
          roles: {
            listRoles: async ({ userId }) => (userId === "ada" ? roles : []),
            ...{
              getRole: never,
              listVersions: never,
              createRole: never,
              updateRole: never,
              deleteRole: never,
            },
          },
        }),
      }),
    } satisfies CorePlugin<"system_prompt">,
    { role: "store", name: "memory", create: memoryStore } satisfies CorePlugin<"store">,
    ...[threadsPlugin, commandsPlugin],
  ];
  const host = testHost({
    config: { models: { default: setup.defaultModel }, plugins_path: setup.pluginsPath ?? "/nonexistent" },
    plugins: parts,
  });
  context.after(() => host.shutdown());
  const began: TurnRequest[] = [];
  const stopped: string[] = [];
  const turns = {
    async start(request: TurnRequest) {
      began.push(request);
      return { threadId: request.threadId ?? "new", turnId: "turn", messageId: "message" };
    },
    async stop({ turnId }: { readonly turnId: string }) {
      stopped.push(turnId);
    },
    running: async () => new Map(Object.entries(running)),
  };
  type Place = { readonly threadId?: string; readonly choice?: ChatChoice };
  const at = (threadId: string) => ({ userId: "ada", threadId });
  /** What a command comes to. */
  async function run(text: string, place: Place = {}) {
    const answer = await (await host.get("commands")).run(text, { userId: "ada", turns, ...place });
    return answer ?? assert.fail(`${text} is no command`);
  }
  return {
    ...{ began, stopped, run },
    /** What a command says that cannot be done. */
    async fault(text: string, place: Place = {}): Promise<string> {
      const { text: said, failed, effect } = await run(text, place);
      assert.deepEqual([failed, effect], [true, undefined], said);
      return said;
    },
    async suggested(text: string, place: Place = {}): Promise<readonly string[]> {
      const found = await (await host.get("commands")).complete(text, { userId: "ada", turns, ...place });
      return found.map((suggestion) => suggestion.text);
    },
    /** A new thread with this in it. @returns its id. */
    async begin(content: string, more: Partial<Thread> = {}): Promise<string> {
      const threads = await host.get("thread");
      const thread = { title: content, model: "alpha-large", systemPrompt: "default", ...more };
      const threadId = await threads.createThread({ userId: "ada", ...thread });
      const message = { id: host.newId(), role: "user", type: "message_text", content } as const;
      await threads.addMessages(at(threadId), [{ ...message, timestamp: host.now().toISOString() }]);
      return threadId;
    },
    thread: async (threadId: string) => (await host.get("thread")).getThread(at(threadId)),
    /** An empty thread. @returns its id. */
    empty: async () =>
      (await host.get("thread")).createThread({
        ...{ userId: "ada", title: "Empty", model: "alpha-large", systemPrompt: "default" },
      }),
  };
}
