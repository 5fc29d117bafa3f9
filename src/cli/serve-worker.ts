import { Command } from "commander";
import { type Orders, primaryOfThis, type Ready } from "../cluster/worker-process.ts";
import { SkeletonError } from "../lib/errors.ts";
import { askOnce } from "../lib/peer.ts";
import type { LoadMain } from "./main-module.ts";
import { stopSignal } from "./stop-signal.ts";

/** As what `skeleton serve --workers` starts its workers. Nobody else calls it. */
export function serveWorkerCommand(main: LoadMain): Command {
  return new Command("serve-worker").allowExcessArguments(false).action(async () => {
    const primary = primaryOfThis();
    const never = new AbortController().signal;
    const orders = primary && (await askOnce<Orders>(primary, "orders", {}, never));
    if (primary === undefined || orders === undefined)
      throw new SkeletonError("bad_input", "A worker is started by its server.", {
        hint: "Run `skeleton serve --workers 2`.",
      });
    const told = Promise.race([stopSignal(), askOnce(primary, "stop", {}, never)]);
    const { startServer } = await main();
    const { config, place } = orders;
    const server = await startServer(config, { place: { ...place, primary } });
    const setupSecret = await (await server.host.get("auth")).setup?.secret();
    primary.tell("ready", {
      url: server.url,
      ...(setupSecret !== undefined && { setupSecret }),
    } satisfies Ready);
    await told;
    await server.close();
  });
}
