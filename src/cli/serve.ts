import { Command } from "commander";
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
    const { startServer } = await main();
    const server = await startServer(loaded.config);
    for (const note of loaded.notes) server.log.warn(note);
    const origin = originOf(loaded.config, server.url);
    const secret = await (await server.host.get("auth")).setup?.secret();
    process.stdout.write(`${welcome(loaded.config, origin, secret)}\n`);
    await told;
    await server.close();
  });
}

/** Where it is, and how to get in. */
function welcome({ mode }: Config, origin: string, secret: string | undefined): string {
  const lines = [`Skeleton listens on ${origin}`];
  if (mode === "ephemeral")
    lines.push("Ephemeral mode: sign in as `default`, password `default`. Nothing is kept.");
  if (secret !== undefined)
    lines.push(
      "There are no users yet. Make the first one, an admin, with this link (it works once):",
      `  ${origin}/#/setup/${secret}`,
    );
  return lines.join("\n");
}
