import { Command } from "commander";
import type { Ready } from "../cluster/worker-process.ts";
import type { LoadedConfig } from "../host/load-config.ts";
import { SkeletonError } from "../lib/errors.ts";
import type { Config } from "../protocols/config.ts";
import { configurationFor } from "./configuration.ts";
import type { LoadMain } from "./main-module.ts";
import { originOf } from "./server-origin.ts";
import { addSettingFlags } from "./setting-flags.ts";
import { stopSignal } from "./stop-signal.ts";

/** `skeleton serve`: runs until it is told to stop. */
export function serveCommand(main: LoadMain): Command {
  const command = new Command("serve").description("Start the server.").allowExcessArguments(false);
  const flags = addSettingFlags(command);
  return command.action(async () => {
    const { config: configFile } = command.optsWithGlobals<{ config?: string }>();
    const loaded = await configurationFor({
      flags: flags(),
      ...(configFile === undefined ? {} : { configFile }),
    });
    // Before anything is said: whoever reads that it listens may tell it to stop the next moment.
    const told = stopSignal();
    if (loaded.config.workers > 1) {
      process.exitCode = await serveWithWorkers(loaded, told);
      return;
    }
    const { startServer } = await main();
    const server = await startServer(loaded.config);
    for (const note of loaded.notes) server.log.warn(note);
    const secret = await (await server.host.get("auth")).setup?.secret();
    process.stdout.write(welcome(loaded.config, server.url, secret));
    await told;
    await server.close();
  });
}

/** @returns the exit code. */
async function serveWithWorkers({ config, notes }: LoadedConfig, told: Promise<void>): Promise<number> {
  if (config.mode === "ephemeral")
    throw new SkeletonError("config_invalid", "In ephemeral mode several workers have nothing to share.", {
      hint: "Leave `workers` (--workers, SKELETON_WORKERS) at 1, or set mode to normal.",
    });
  const { runWorkers } = await import("../cluster/run-workers.ts"); // one process has no use for it
  const { serverLog } = await import("../lib/server-log.ts");
  const log = serverLog(config);
  for (const note of notes) log.warn(note);
  const begun = ({ url, setupSecret }: Ready) => void process.stdout.write(welcome(config, url, setupSecret));
  return runWorkers(config, ["serve-worker"], { log, begun, told });
}

/** Where it is, and how to get in. */
function welcome(config: Config, url: string, secret: string | undefined): string {
  const origin = originOf(config, url);
  const lines = [`Skeleton listens on ${origin}`];
  if (config.mode === "ephemeral")
    lines.push("Ephemeral mode: sign in as `default`, password `default`. Nothing is kept.");
  if (secret !== undefined)
    lines.push(
      "There are no users yet. Make the first one, an admin, with this link (it works once):",
      `  ${origin}/#/setup/${secret}`,
    );
  return `${lines.join("\n")}\n`;
}
