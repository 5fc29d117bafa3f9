import type { Logger } from "pino";
import type { RunningHost } from "../host/create-host.ts";
import type { FoundPages } from "../host/find-pages.ts";
import type { Jobs } from "../jobs/job.ts";
import type { WorkerPlace } from "../lib/worker-place.ts";
import type { Config } from "../protocols/config.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Turns } from "../turns/create-turns.ts";

export type RunningApp = {
  readonly host: RunningHost;
  readonly turns: Turns;
  readonly jobs: Jobs;
  /** Runs jobs, so many at once, until the app is closed. */
  runJobs(concurrency: number): void;
  /** Answers what operators ask, and nothing else, until the app is closed. @returns where. */
  tellHealth(port: number): Promise<string>;
  readonly log: Logger;
  close(): Promise<void>;
};

/** What the commands use of `src/main.ts`, which they cannot import: it stands above them. */
export type MainModule = {
  openHost(config: Config, options?: { log?: Logger }): Promise<RunningHost>;
  startApp(config: Config, log?: Logger): Promise<RunningApp>;
  /** Puts the pages of the plugins folder together as a server would, and lets go of them. */
  examinePages(host: Host, log: Logger): Promise<FoundPages>;
  /** `place`: where this process is one of several workers. */
  startServer(
    config: Config,
    options?: { readonly place?: WorkerPlace },
  ): Promise<RunningApp & { readonly url: string }>;
};

/** Loads it, which takes longer than everything before it. */
export type LoadMain = () => Promise<MainModule>;
