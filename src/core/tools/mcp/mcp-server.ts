import { setTimeout as pause } from "node:timers/promises";
import { SkeletonError } from "../../../lib/errors.ts";
import type { Logger } from "../../../protocols/plugin.ts";
import type { Elicitation } from "./elicit.ts";
import { type Failure, failureOf } from "./failure.ts";
import type { ToolList } from "./list-tools.ts";
import type { OpenClient, ServerConfig } from "./open-client.ts";
import { redactor } from "./redact.ts";

export type McpOptions = {
  /** How long a server may take to say hello, in ms. Default 60,000: `npx` may have to download it first. */
  readonly connectMs?: number;
  /** How long a program may take to end after its input closed, and again after it was asked to, in ms. Default 1,000. */
  readonly graceMs?: number;
  /** Waits between two tries, in ms. Tests hand in their own. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
};

export type Caller = { readonly client: OpenClient["client"]; readonly elicitation: Elicitation };

export type McpServer = {
  readonly name: string;
  readonly config: ServerConfig;
  /** What it listed last. It stays while the server is away, so that no name changes its meaning meanwhile. */
  readonly list: () => ToolList;
  /** Why it is not connected; `undefined` when it is. */
  readonly absence: () => Failure | undefined;
  /** How a call of it is made, with what it may ask meanwhile; `undefined` while it is away. */
  readonly caller: () => Caller | undefined;
  /** What an error of it says, without its secrets. */
  readonly failure: (error: unknown) => Failure;
  /** Resolves once the first try to connect has ended, either way. */
  readonly tried: Promise<void>;
  /** Connects, again and again with longer and longer pauses, until the signal aborts; then nothing of it is left. */
  readonly run: (signal: AbortSignal) => Promise<void>;
};

const CONNECT_MS = 60_000;
const GRACE_MS = 1000;
const LIST_MS = 30_000;

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** A connection that held for so long was a good one: the next pause is a short one again. */
const GOOD_MS = 60_000;
/** Between two lists that a server says have changed. */
const LIST_PAUSE_MS = 500;

/** @param surroundings `debug`: whether anybody reads what programs write to their standard error. */
export function mcpServer(
  name: string,
  config: ServerConfig,
  surroundings: {
    readonly log: Logger;
    readonly debug: boolean;
    readonly now: () => Date;
    readonly allows: (tool: string) => boolean;
    readonly options: McpOptions;
  },
): McpServer {
  const { log, debug, now, allows, options } = surroundings;
  const wait = options.wait ?? ((ms, signal) => pause(ms, undefined, { signal }));
  const redact = redactor(config);
  const tried = Promise.withResolvers<void>();
  let list: ToolList = { tools: [], faults: [] };
  let open: (OpenClient & Caller) | undefined;
  let absence: Failure | undefined = {
    code: "upstream_unreachable",
    message: "it is still being connected",
    hint: "Try again in a moment.",
  };

  const failure = (error: unknown): Failure => {
    const { code, message, hint } = failureOf(error, name);
    return { code, message: redact(message), hint };
  };

  async function connected(signal: AbortSignal): Promise<void> {
    // Loaded by whoever has a server: the SDK is large.
    const [{ openClient }, { listTools }, { createElicitation }] = await Promise.all([
      import("./open-client.ts"),
      import("./list-tools.ts"),
      import("./elicit.ts"),
    ]);
    const elicitation = createElicitation(name);
    let changed = Promise.withResolvers<"changed">();
    const fresh = await openClient(config, {
      connectMs: options.connectMs ?? CONNECT_MS,
      graceMs: options.graceMs ?? GRACE_MS,
      signal,
      onStderr: debug
        ? (line) => log.debug({ server: name }, `mcp: ${name}: ${redact(line.slice(0, 500))}`)
        : undefined,
      onListChanged: () => changed.resolve("changed"),
      onAsk: config.ask_users ? elicitation.answer : undefined,
    });
    const stop = Promise.withResolvers<"stop">();
    const abort = () => stop.resolve("stop");
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    try {
      for (let news = "changed"; news === "changed"; ) {
        changed = Promise.withResolvers();
        const listed = await Promise.race([listTools(fresh.client, allows, LIST_MS), stop.promise]);
        if (listed === "stop") break;
        list = listed;
        if (absence !== undefined)
          log.info({ server: name, tools: list.tools.length }, `mcp: ${name} is connected`);
        [open, absence] = [{ ...fresh, elicitation }, undefined];
        tried.resolve();
        news = await Promise.race([changed.promise, fresh.closed.then(() => "closed"), stop.promise]);
        if (news === "changed") await Promise.race([wait(LIST_PAUSE_MS, signal), fresh.closed]);
      }
      if (!signal.aborted) throw ended();
    } catch (error) {
      throw fresh.wrong() ?? error;
    } finally {
      signal.removeEventListener("abort", abort);
      open = undefined;
      await fresh.close();
    }
  }

  const ended = () =>
    new SkeletonError("upstream_broken", "the connection ended", { hint: "Look at its own log." });

  async function run(signal: AbortSignal): Promise<void> {
    for (let tries = 0; !signal.aborted; tries += 1) {
      const began = now().getTime();
      try {
        await connected(signal);
      } catch (error) {
        if (signal.aborted) break; // what the abort made fail is no news
        absence = failure(error);
        log.warn({ server: name, code: absence.code }, `mcp: ${name} is not connected: ${absence.message}`);
      }
      if (signal.aborted) break;
      tried.resolve();
      if (now().getTime() - began >= GOOD_MS) tries = 0;
      await wait(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries), signal).catch(() => {}); // the loop ends
    }
    tried.resolve();
  }

  return {
    name,
    config,
    failure,
    run,
    tried: tried.promise,
    list: () => list,
    absence: () => absence,
    caller: () => open,
  };
}
