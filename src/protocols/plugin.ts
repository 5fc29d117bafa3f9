import type { Auth } from "./auth.ts";
import type { Bus } from "./bus.ts";
import type { Commands } from "./commands.ts";
import type { Config } from "./config.ts";
import type { Context } from "./context.ts";
import type { Fetch } from "./fetch.ts";
import type { Files } from "./files.ts";
import type { Functions } from "./functions.ts";
import type { MessageProcessor } from "./message-processor.ts";
import type { Model } from "./model.ts";
import type { Queue } from "./queue.ts";
import type { Store } from "./store.ts";
import type { SystemPrompts } from "./system-prompts.ts";
import type { Threads } from "./threads.ts";
import type { Tools } from "./tools.ts";

/** Every part that can be replaced, by its plugin role. */
export interface PluginRoles {
  auth: Auth;
  model: Model;
  thread: Threads;
  store: Store;
  context: Context;
  system_prompt: SystemPrompts;
  message_processor: MessageProcessor;
  queue: Queue;
  bus: Bus;
  files: Files;
  tools: Tools;
  functions: Functions;
  commands: Commands;
}

export type PluginRole = keyof PluginRoles;

/**
 * A plugin that fills a plugin role: the default export of a file in `plugins/core/`.
 * It needs types from here and nothing else: `export default { ... } satisfies CorePlugin<"model">`.
 */
export interface CorePlugin<R extends PluginRole = PluginRole> {
  readonly role: R;
  /** Unique within its role. */
  readonly name: string;
  /** The highest wins; the built-in ones have 0, and a plugin beats them even with 0. Default 0. */
  readonly priority?: number;
  /** The versions of Skeleton it fits, for example `^1.2`; on another one the start stops. Default all. */
  readonly skeleton?: string;
  /**
   * Called once, when the role is first needed. What it returns may have `shutdown()`.
   * @param below the part that would fill the role without this plugin, for one that changes some of it and leaves the
   * rest: `{ ...(await below()), authenticateUser }`. Ask for it in `create`; nobody else creates it. It is shut down
   * after this one. @throws `role_missing` when this plugin is the only one of its role.
   */
  create(host: Host, below: () => Promise<PluginRoles[R]>): PluginRoles[R] | Promise<PluginRoles[R]>;
}

/** Levels as in pino. What users write is never logged above `debug`. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What a plugin is given. It reaches for nothing else. */
export interface Host {
  readonly config: Config;
  readonly log: Logger;
  /** The time. Tests hand in their own. */
  now(): Date;
  /** A new id: a UUID, sortable by time of making. Tests hand in their own. */
  newId(): string;
  /** The plugin that fills a role, created on first use. @throws `role_missing`; whatever its `create` throws. */
  get<R extends PluginRole>(role: R): Promise<PluginRoles[R]>;
  /**
   * Runs something that nobody waits for. It is aborted on shutdown, which waits for it a while; what it throws is
   * logged under `name`.
   */
  background(name: string, task: (signal: AbortSignal) => Promise<void>): void;
  /** Fetches what a user or a model named; for anything else a plugin has Node's own `fetch`. Tests hand in their own. */
  readonly fetch: Fetch;
}
