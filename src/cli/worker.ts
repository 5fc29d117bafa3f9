import { Command, InvalidArgumentError } from "commander";
import { SkeletonError } from "../lib/errors.ts";
import { configurationFor } from "./configuration.ts";
import type { LoadMain } from "./main-module.ts";
import { addSettingFlags } from "./setting-flags.ts";
import { stopSignal } from "./stop-signal.ts";

const most = 64;

/** `skeleton worker`: runs jobs beside the server, on the same data, until it is told to stop. */
export function workerCommand(main: LoadMain): Command {
  const command = new Command("worker")
    .description("Run jobs beside the server, on the same data; as many such processes as you like.")
    .option("-c, --concurrency <jobs>", "jobs at once", readConcurrency, 4)
    .option("--health-port <port>", "answer /healthz and /metrics there; 0: any that is free", readPort)
    .allowExcessArguments(false);
  const flags = addSettingFlags(command);
  return command.action(async () => {
    const {
      concurrency,
      healthPort,
      config: configFile,
    } = command.optsWithGlobals<{
      concurrency: number;
      healthPort?: number;
      config?: string;
    }>();
    const loaded = await configurationFor({
      flags: flags(),
      ...(configFile === undefined ? {} : { configFile }),
    });
    if (loaded.config.mode === "ephemeral")
      throw new SkeletonError(
        "config_invalid",
        "In ephemeral mode there is nothing to share with a server.",
        {
          hint: "The server runs its jobs itself: see `jobs.workers`.",
        },
      );
    const told = stopSignal();
    const { startApp } = await main();
    const app = await startApp(loaded.config);
    for (const note of loaded.notes) app.log.warn(note);
    try {
      const health =
        healthPort === undefined ? "" : ` Its health: ${await app.tellHealth(healthPort)}/healthz`;
      app.runJobs(concurrency);
      process.stdout.write(`Skeleton works on jobs, ${concurrency} at once.${health}\n`);
      await told;
    } finally {
      await app.close();
    }
  });
}

function readConcurrency(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new InvalidArgumentError(`It is a whole number from 1 to ${most}.`);
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("It is a port: a whole number up to 65535.");
}
