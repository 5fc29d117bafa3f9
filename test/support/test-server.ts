import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hash } from "@node-rs/bcrypt";
import { type RunningServer, startServer } from "../../src/main.ts";
import type { Config } from "../../src/protocols/config.ts";
import type { TurnEvent } from "../../src/protocols/turn-event.ts";
import { type ScriptedUpstream, startScriptedUpstream } from "../../src/testkit/scripted-upstream.ts";
import { type DeepPartial, testConfig } from "../../src/testkit/test-host.ts";

/** Users that every test server has, with the password `secret-<name>`. */
const users = {
  ada: { role: "admin" },
  bob: { role: "user" },
  beta: { role: "user", model_mask: "^beta-.*$" },
  none: { role: "user", model_mask: "^$" },
};

type UserName = keyof typeof users;

export const passwordOf = (name: UserName) => `secret-${name}`;

export type TestServer = {
  readonly url: string;
  readonly dataPath: string;
  readonly app: RunningServer;
  readonly upstream: ScriptedUpstream;
  /** A request as this user; `null` sends no token. */
  as(user: UserName | null): Caller;
  close(): Promise<void>;
};

export type Caller = {
  /** A request; an object as `json` or `form` becomes the body. */
  (path: string, init?: RequestInit & { json?: unknown; form?: Record<string, string> }): Promise<Response>;
  /** The parsed body of a request that must succeed. */
  get<T = unknown>(path: string): Promise<T>;
  /** Says something and hears the whole answer. */
  say(form: Record<string, string>): Promise<TurnEvent[]>;
};

/** The same for all servers of a process. */
let usersFile: Promise<string> | undefined;

async function hashed(): Promise<string> {
  const entries = Object.entries(users).map(async ([name, fields]) => {
    // Cost 4: these hashes guard nothing, and hashing is what would take the test's time.
    return [name, { hash: await hash(passwordOf(name as UserName), { cost: 4 }), ...fields }] as const;
  });
  return JSON.stringify(Object.fromEntries(await Promise.all(entries)));
}

/** The whole server on loopback, with SQLite on a disk and a scripted upstream behind it. */
export async function startTestServer(config: DeepPartial<Config> = {}): Promise<TestServer> {
  const dataPath = mkdtempSync(join(tmpdir(), "skeleton-test-"));
  usersFile ??= hashed();
  writeFileSync(join(dataPath, "users.yaml"), await usersFile);
  const upstream = await startScriptedUpstream();
  const { models, rate_limits, ...rest } = config;
  const settings = testConfig({
    port: 0,
    log_level: "silent",
    data_path: dataPath,
    plugins_path: join(dataPath, "plugins"),
    ...rest,
    rate_limits: { enabled: false, ...rate_limits },
    models: {
      providers: { scripted: { base_url: upstream.url, api_key: "sk-test-secret" } },
      retries: 0,
      ...models,
    },
  });
  // A session that ends is seen within half a second: nobody waits the usual five in a test.
  const app = await startServer({ ...settings, host: "127.0.0.1" }, { streamCheckMs: 500 }).catch(
    async (error: unknown) => {
      await upstream.close();
      rmSync(dataPath, { recursive: true });
      throw error;
    },
  );
  const tokens = new Map<UserName, string>();

  async function tokenOf(user: UserName): Promise<string> {
    const known = tokens.get(user);
    if (known) return known;
    const response = await fetch(`${app.url}/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: user, password: passwordOf(user) }),
    });
    const { access_token: token } = (await response.json()) as { access_token: string };
    tokens.set(user, token);
    return token;
  }

  function as(user: UserName | null): Caller {
    const call = async (path: string, init: Parameters<Caller>[1] = {}): Promise<Response> => {
      const { json, form, ...options } = init;
      const headers = new Headers(options.headers);
      if (user && !headers.has("authorization"))
        headers.set("authorization", `Bearer ${await tokenOf(user)}`);
      if (json !== undefined) headers.set("content-type", "application/json");
      const body =
        json !== undefined ? JSON.stringify(json) : form ? new URLSearchParams(form) : options.body;
      return fetch(new URL(path, app.url), { ...options, headers, ...(body === undefined ? {} : { body }) });
    };
    return Object.assign(call, {
      async get<T>(path: string): Promise<T> {
        const response = await call(path);
        if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
        return (await response.json()) as T;
      },
      async say(form: Record<string, string>): Promise<TurnEvent[]> {
        const response = await call("/api/v1/message", { method: "POST", form });
        if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
        return eventsIn(await response.text());
      },
    });
  }

  return {
    url: app.url,
    ...{ dataPath, app, upstream, as },
    async close() {
      await app.close();
      await upstream.close();
      rmSync(dataPath, { recursive: true });
    },
  };
}

/** The events in the text of a stream. */
export const eventsIn = (text: string): TurnEvent[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("data: "))
    .map((line) => JSON.parse(line.slice("data: ".length)) as TurnEvent);

/** The thread that a turn's events speak of. */
export function threadOf(events: readonly TurnEvent[]): string {
  const [first] = events;
  if (first?.event === "thread_id") return first.data.thread_id;
  throw new Error(`The stream begins with ${JSON.stringify(first)}.`);
}

/** The text that a turn's events make. */
export const textOf = (events: readonly TurnEvent[], kind = "message_tokens"): string =>
  events.map((event) => (event.event === kind && "content" in event.data ? event.data.content : "")).join("");
