import { setImmediate as loopOver, setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { yamlAuthPlugin } from "./core/auth/plugin.ts";
import { busPlugin, createBus } from "./core/bus/plugin.ts";
import { commandsPlugin } from "./core/commands/plugin.ts";
import { contextPlugin } from "./core/context/plugin.ts";
import { functionsPlugin } from "./core/functions/plugin.ts";
import { sharedRunner } from "./core/models/local/shared-runner.ts";
import { createModelRouter, modelRouterPlugin } from "./core/models/plugin.ts";
import { messageProcessorPlugin } from "./core/processor/process-message.ts";
import { yamlPromptsPlugin } from "./core/prompts/yaml-prompts.ts";
import { storeQueuePlugin } from "./core/queue/plugin.ts";
import { postgresStorePlugin } from "./core/stores/postgres/plugin.ts";
import { sqliteStorePlugin } from "./core/stores/sqlite/plugin.ts";
import { threadsPlugin } from "./core/threads/plugin.ts";
import { toolsPlugin } from "./core/tools/plugin.ts";
import { type Clock, createClock } from "./host/clock.ts";
import { createHost, type RunningHost } from "./host/create-host.ts";
import { findCorePlugins } from "./host/find-plugins.ts";
import { sortableIds } from "./host/new-id.ts";
import { createHealthServer } from "./http/create-health-server.ts";
import { createServer } from "./http/create-server.ts";
import { createMetrics, type Metrics } from "./http/metrics.ts";
import { timedStore } from "./http/timed-store.ts";
import type { Server } from "./http/type-provider.ts";
import { watchCallers } from "./http/watch-callers.ts";
import { createJobs } from "./jobs/create-jobs.ts";
import type { Jobs } from "./jobs/job.ts";
import { trackImports } from "./lib/local-imports.ts";
import { serverLog } from "./lib/server-log.ts";
import { within } from "./lib/time-limit.ts";
import { shareOf, type WorkerPlace } from "./lib/worker-place.ts";
import type { Config } from "./protocols/config.ts";
import type { CorePlugin } from "./protocols/plugin.ts";
import { announcingRoles } from "./turns/announce-roles.ts";
import { announcingThreads } from "./turns/announce-threads.ts";
import { createTurns, type Turns } from "./turns/create-turns.ts";
import { reloadPlugins } from "./turns/reload-plugins.ts";
import { createWebhooks, type Webhooks } from "./webhooks/create-webhooks.ts";
import { tellJobEnds, tellTurnEnds, toldAtOnce } from "./webhooks/tell-ends.ts";

export { examinePages } from "./http/plugin-pages/register-pages.ts";

/** What fills each plugin role unless the plugins folder says otherwise. */
const builtIn = ({ mode, database_url }: Config, place?: WorkerPlace): readonly CorePlugin[] => [
  yamlAuthPlugin,
  ...(place === undefined ? [modelRouterPlugin, busPlugin] : sharing(place)),
  threadsPlugin,
  database_url === undefined || mode === "ephemeral" ? sqliteStorePlugin : postgresStorePlugin,
  contextPlugin,
  yamlPromptsPlugin,
  messageProcessorPlugin,
  storeQueuePlugin,
  toolsPlugin,
  functionsPlugin,
  commandsPlugin,
];

/** The parts of one of several workers that have something in common with the others'. */
const sharing = ({ primary }: WorkerPlace): readonly CorePlugin[] => [
  { ...modelRouterPlugin, create: (host) => createModelRouter(host, { openRunner: sharedRunner(primary) }) },
  { ...busPlugin, create: (host) => createBus(host, primary) },
];

export type App = {
  readonly host: RunningHost;
  readonly turns: Turns;
  readonly jobs: Jobs;
  readonly webhooks: Webhooks;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Runs jobs, so many at once, until the app is closed. */
  runJobs(concurrency: number): void;
  /** Whether everything that `runJobs` began still runs them. */
  jobsAreRun(): boolean;
  /** Answers what operators ask (`/healthz`, `/metrics`), and nothing else, until the app is closed. @returns where. */
  tellHealth(port: number): Promise<string>;
  /** Gives the jobs back, lets running turns end for a while, and stops them; what they said is kept. */
  stopWork(): Promise<void>;
  /** The same, and lets go of everything. */
  close(): Promise<void>;
};

/** Of the ten seconds that stopping may take, what running turns and other answers have to end by themselves. */
const graceMs = 3_000;

type HostSurroundings = {
  readonly log?: Logger;
  readonly metrics?: Metrics;
  readonly place?: WorkerPlace | undefined;
  readonly clock?: Clock;
};

/** How often the database is asked for its time, in ms: clocks drift by a millisecond or less meanwhile, machines may sleep. */
const askTimeMs = 10_000;

/** What the turns of other workers that are watched here have beyond that, to be saved and to tell their ends. */
const othersMs = 1_500;

/** All parts, none of them created yet but those from the plugins folder. @throws `plugin_invalid`. */
export async function openHost(
  config: Config,
  { log = serverLog(config), metrics = createMetrics(), place, clock = createClock() }: HostSurroundings = {},
): Promise<RunningHost> {
  const { now } = clock;
  const host = createHost({
    config,
    log,
    now,
    newId: sortableIds(now),
    plugins: [
      ...builtIn(config, place).map((plugin) => ({ plugin })),
      ...(await findCorePlugins({ folder: config.plugins_path, log })),
    ],
    around: {
      thread: announcingThreads,
      system_prompt: announcingRoles,
      store: (store) => timedStore(store, metrics),
    },
  });
  try {
    await host.checkRoles();
    return host;
  } catch (error) {
    await host.shutdown();
    throw error;
  }
}

/** The clock of those who share a database is the database's. */
async function followDatabase(host: RunningHost, clock: Clock): Promise<void> {
  const { time } = await host.get("store");
  if (time === undefined) return;
  await clock.follow(time, host.log);
  host.background("following the clock of the database", async (signal) => {
    while (await sleep(askTimeMs, true, { signal }).catch(() => false))
      await clock.follow(time, host.log).catch(() => undefined); // it is asked again; the store has told of its trouble
  });
}

/** The server without its HTTP side: for commands that work on the data directly. */
export async function startApp(
  config: Config,
  log: Logger = serverLog(config),
  place?: WorkerPlace,
): Promise<App> {
  const metrics = createMetrics(place);
  const clock = createClock();
  const host = await openHost(config, { log, metrics, place, clock });
  try {
    await followDatabase(host, clock);
    if (config.plugins_watch) trackImports();
    await host.get("functions"); // they start with the server, not with the first message
    const webhooks = await createWebhooks(host, toldAtOnce);
    const turns = await createTurns(host, metrics.turns, tellTurnEnds(webhooks, host.now));
    const jobs = await createJobs(host, turns, metrics.jobs, tellJobEnds(webhooks));
    metrics.watchQueue(() => jobs.waiting());
    const works = new Set<Promise<void>>();
    let failed = false;
    const jobsAreRun = () => !failed;
    const telling: Server[] = [];
    const stopping = new AbortController();
    const stopWork = async () => {
      stopping.abort();
      await Promise.all(works); // their turns go on, and whoever runs these jobs next finds what became of them
      await turns.shutdown(graceMs);
    };
    return {
      ...{ host, turns, jobs, webhooks, metrics, log },
      runJobs(concurrency) {
        const work = jobs.work({ concurrency }, stopping.signal).catch((error: unknown) => {
          failed = true;
          log.error({ err: error }, "jobs are not run any more");
        });
        works.add(work);
      },
      jobsAreRun,
      async tellHealth(port) {
        const server = await createHealthServer({ host, metrics, jobsAreRun }, log);
        telling.push(server);
        return server.listen({ host: config.host, port });
      },
      stopWork,
      async close() {
        await Promise.all(telling.map((server) => server.close()));
        await stopWork();
        await host.shutdown();
      },
    };
  } catch (error) {
    await host.shutdown();
    throw error;
  }
}

export type RunningServer = App & {
  /** Where it listens, for example `http://127.0.0.1:8000`. */
  readonly url: string;
};

/**
 * The whole server: configuration to listening socket.
 * @param options.streamCheckMs how often an event stream looks whether its session still holds; default 2.5 s.
 * @param options.place where this process is one of several workers, which share the socket.
 */
export async function startServer(
  config: Config & { readonly host: string },
  options: { readonly streamCheckMs?: number; readonly place?: WorkerPlace } = {},
): Promise<RunningServer> {
  const { place } = options;
  const app = await startApp(config, serverLog(config, place?.number), place);
  // so that the log tells of bad files at the start, and the first message does not wait for them
  app.host.background("loading the tools", async () => void (await app.host.get("tools")));
  app.host.background("loading the commands", async () => void (await app.host.get("commands")));
  if (config.plugins_watch) {
    app.host.background("watching the plugins folder", (signal) =>
      reloadPlugins(app.host, app.turns, signal),
    );
  }
  try {
    const server = await createServer({ ...app, ...options }, app.log);
    const callers = watchCallers(server.server);
    const url = await server.listen({ host: config.host, port: config.port });
    const jobsAtOnce = place === undefined ? config.jobs.workers : shareOf(config.jobs.workers, place);
    if (jobsAtOnce > 0) app.runJobs(jobsAtOnce);
    return {
      ...app,
      url,
      async close() {
        await callers.takenIn();
        const closing = server.close(); // takes no more connections; streams end with their turns
        const limitMs = performance.now() + graceMs + othersMs;
        await Promise.all([app.stopWork(), within(graceMs, callers.answered(), undefined)]);
        if (place !== undefined) {
          await within(limitMs - performance.now(), place.primary.idle("topic"), undefined);
          await loopOver(); // whoever reads here has had the end, too
        }
        server.server.closeAllConnections();
        await closing;
        await app.host.shutdown();
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}
