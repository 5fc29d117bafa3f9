import type { Peer } from "../../lib/peer.ts";
import type { Bus } from "../../protocols/bus.ts";
import type { CorePlugin, Host } from "../../protocols/plugin.ts";
import { memoryBus } from "./memory-bus.ts";

/**
 * The bus of one process; with `redis_url`, that of all instances which share a Redis.
 * @param primary where this process is one of several workers of this machine.
 */
export async function createBus(host: Pick<Host, "config" | "log" | "newId">, primary?: Peer): Promise<Bus> {
  const { redis_url: url } = host.config;
  if (url !== undefined) {
    const { openRedisBus } = await import("./redis/redis-bus.ts"); // most servers have no use for its client
    return openRedisBus(url, host);
  }
  if (primary === undefined) return memoryBus();
  const { workersBus } = await import("./workers/workers-bus.ts");
  return workersBus(primary);
}

export const busPlugin: CorePlugin<"bus"> = {
  role: "bus",
  name: "default",
  create: (host) => createBus(host),
};
