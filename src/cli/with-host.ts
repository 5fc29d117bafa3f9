import pino from "pino";
import type { RunningHost } from "../host/create-host.ts";
import { configurationFor } from "./configuration.ts";
import type { LoadMain } from "./main-module.ts";

/** Runs `work` with the parts of the server, but no server; lets go of them however it ends. */
export async function withHost(
  main: LoadMain,
  options: {
    readonly flags: Parameters<typeof configurationFor>[0]["flags"];
    readonly configFile: string | undefined;
  },
  work: (host: RunningHost) => Promise<void>,
): Promise<void> {
  const { flags, configFile } = options;
  const { config } = await configurationFor({
    ...(flags === undefined ? {} : { flags }),
    ...(configFile === undefined ? {} : { configFile }),
  });
  const { openHost } = await main();
  const host = await openHost(config, { log: pino({ level: "silent" }) });
  try {
    await work(host);
  } finally {
    await host.shutdown();
  }
}
