import { codeOf, SkeletonError } from "../lib/errors.ts";
import { guardedFetch } from "../lib/guarded-fetch.ts";
import { within } from "../lib/time-limit.ts";
import type { Config } from "../protocols/config.ts";
import type { Fetch } from "../protocols/fetch.ts";
import type { CorePlugin, Host, Logger, PluginRole, PluginRoles } from "../protocols/plugin.ts";
import { backgroundTasks } from "./background-tasks.ts";
import {
  describePlugin,
  type PluginCandidate,
  type Ranked,
  rankPlugins,
  tellUnused,
} from "./choose-plugins.ts";
import { missingMethods } from "./role-methods.ts";
import { type LivePart, shutDownParts } from "./shut-down.ts";
import { spreadable } from "./spreadable.ts";
import { waiting } from "./waiting.ts";

export type HostOptions = {
  readonly config: Config;
  readonly log: Logger;
  readonly now: () => Date;
  readonly newId: () => string;
  /** Default: the one with the guard, which allows `outbound.allow`. */
  readonly fetch?: Fetch;
  /** All candidates; one a role is used. */
  readonly plugins: readonly PluginCandidate[];
  /** What the server adds around whatever plugin fills a role, for example telling others of its changes. */
  readonly around?: { readonly [R in PluginRole]?: (part: PluginRoles[R], host: Host) => PluginRoles[R] };
  /** How long `checkRoles` waits for one part, in ms; default 30,000: some wait for a database to come up. */
  readonly createLimitMs?: number;
  /** How long `shutdown` may take in all, in ms; default 10,000. */
  readonly shutdownLimitMs?: number;
};

export type ResolvedPlugin = { readonly name: string; readonly file?: string; readonly priority: number };

export type RunningHost = Host & {
  /** Which plugin fills each role; a role that nobody fills is absent. */
  resolved(): Readonly<Partial<Record<PluginRole, ResolvedPlugin>>>;
  /**
   * Creates every role that a plugin from the folder fills, so that a bad one is found at the start.
   * @throws `plugin_invalid` naming file, role and method.
   */
  checkRoles(): Promise<void>;
  /**
   * Ends background tasks, then shuts the parts down in reverse order of creation. A part that hangs is logged and
   * passed over. Never rejects; repeating it answers the same promise.
   */
  shutdown(): Promise<void>;
};

export function createHost(options: HostOptions): RunningHost {
  const { config, log, now, newId, createLimitMs = 30_000, shutdownLimitMs = 10_000 } = options;
  const ranked = rankPlugins(options.plugins);
  const parts = new Map<PluginRole, Promise<PluginRoles[PluginRole]>>();
  const live: LivePart[] = []; // in order of creation
  const tasks = backgroundTasks(log);
  const creations = waiting();
  let stopped: Promise<void> | undefined;
  let closed = false;

  async function create(role: PluginRole, candidates: Ranked): Promise<PluginRoles[PluginRole]> {
    try {
      return around(role, await creations.creating(role, () => createPart(role, candidates)));
    } catch (error) {
      parts.delete(role); // the next one who asks may have more luck
      throw error;
    }
  }

  /** The part of the first candidate, and of those after it that it stands on. */
  async function createPart<R extends PluginRole>(
    role: R,
    [candidate, ...others]: Ranked,
  ): Promise<PluginRoles[R]> {
    let lower: Promise<PluginRoles[R]> | undefined;
    const below = async () => {
      const [next, ...rest] = others;
      if (next === undefined) throw nothingBelow(role);
      lower ??= createPart(role, [next, ...rest]).then(spreadable);
      return lower;
    };
    const part = await (candidate.plugin as unknown as CorePlugin<R>).create(host, below);
    if (lower === undefined) tellUnused(candidate, others, log);
    checkPart(role, candidate, part);
    live.push({ role, name: candidate.plugin.name, part });
    if (closed) await shutDownParts(live, () => shutdownLimitMs, log); // it came too late to be waited for
    return part;
  }

  function around<R extends PluginRole>(role: R, part: PluginRoles[R]): PluginRoles[R] {
    return options.around?.[role]?.(part, host) ?? part;
  }

  async function get<R extends PluginRole>(role: R): Promise<PluginRoles[R]> {
    const candidates = ranked.get(role);
    if (candidates === undefined) throw roleMissing(role);
    const circle = creations.circle(role);
    if (circle !== undefined) throw circular(circle, candidates[0]);
    let part = parts.get(role);
    if (part === undefined) {
      if (stopped !== undefined) throw shuttingDown(role);
      part = create(role, candidates);
      parts.set(role, part);
    }
    return part as Promise<PluginRoles[R]>; // `parts` holds under a role what its own plugin created
  }

  async function stop(): Promise<void> {
    const end = performance.now() + shutdownLimitMs;
    const half = () => Math.max(0, end - performance.now()) / 2;
    await tasks.stop(Math.round(half()));
    await within(half(), Promise.allSettled(parts.values()), undefined); // what is being created has a say too
    closed = true;
    await shutDownParts(live, half, log);
  }

  const host: RunningHost = {
    config,
    log,
    now,
    newId,
    get,
    background: tasks.run,
    fetch: options.fetch ?? guardedFetch(config.outbound),
    resolved: () => Object.fromEntries([...ranked].map(([role, [candidate]]) => [role, resolve(candidate)])),
    async checkRoles() {
      for (const [role, [candidate]] of ranked) {
        if (candidate.file === undefined) continue;
        const created = get(role).catch((error: unknown) => {
          throw codeOf(error) === "plugin_invalid" ? error : failedToStart(role, candidate, error);
        });
        if ((await within(createLimitMs, created, "late")) !== "late") continue;
        throw failedToStart(role, candidate, new Error(`not done within ${createLimitMs} ms`));
      }
    },
    shutdown() {
      stopped ??= stop();
      return stopped;
    },
  };
  return host;
}

const resolve = ({ plugin, file }: PluginCandidate): ResolvedPlugin => ({
  name: plugin.name,
  ...(file === undefined ? {} : { file }),
  priority: plugin.priority ?? 0,
});

function checkPart(role: PluginRole, candidate: PluginCandidate, part: unknown): void {
  const missing = missingMethods(role, part);
  if (missing.length === 0) return;
  throw new SkeletonError(
    "plugin_invalid",
    `${describePlugin(candidate)} for the role ${role} lacks ${missing.map((method) => `${method}()`).join(", ")}`,
    { hint: `Add what is missing, or remove the plugin. The contract of ${role} is in src/protocols/.` },
  );
}

const failedToStart = (role: PluginRole, candidate: PluginCandidate, cause: unknown) =>
  new SkeletonError(
    "plugin_invalid",
    `${describePlugin(candidate)} failed in create() for the role ${role}: ${messageOf(cause)}`,
    { hint: "Correct the plugin, or remove its file to have the built-in one.", cause },
  );

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const roleMissing = (role: PluginRole) =>
  new SkeletonError("role_missing", `no plugin fills the role ${role}`, {
    hint: `Put a plugin with role: "${role}" into the core folder of your plugins folder.`,
  });

const nothingBelow = (role: PluginRole) =>
  new SkeletonError("role_missing", `no plugin below it fills the role ${role}`, {
    hint: "It changes another plugin and is none by itself: add the one that it is for.",
  });

const circular = (circle: readonly PluginRole[], candidate: PluginCandidate) =>
  new SkeletonError(
    "plugin_invalid",
    `roles wait for each other while they are created: ${circle.join(" -> ")}; the last one is ${describePlugin(candidate)}`,
    { hint: "Call host.get() in the methods that need it instead of in create()." },
  );

const shuttingDown = (role: PluginRole) =>
  new SkeletonError("shutting_down", `the role ${role} was not created: the server is stopping`, {
    hint: "Try again when the server is back.",
  });
